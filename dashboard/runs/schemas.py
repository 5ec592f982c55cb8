"""What is asked about runs, and what is answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from dashboard.runs.models import RunStatus, StepStatus, Trigger
from dashboard.schemas import Out, PageQuery, Schema, Text


class RunQuery(PageQuery):
    status: RunStatus | None = None
    trigger: Trigger | None = None
    bot_id: UUID | None = None
    q: Text = Field("", max_length=80)


class RunRow(Out):
    id: UUID
    status: RunStatus
    trigger: Trigger
    workflow_id: UUID | None
    workflow_number: int | None
    workflow_title: str | None
    bot_id: UUID | None
    bot_name: str | None
    started_by_name: str | None
    error: str
    attempt: int
    queued_at: datetime
    available_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class OutputFileOut(Out):
    name: str
    size: int
    sha256: str


class StepOut(Out):
    position: int
    bot_id: UUID
    bot_name: str
    version_number: int
    status: StepStatus
    message: str
    traceback: str
    output: dict[str, Any] | None
    files: list[OutputFileOut]
    tier: str
    attempt: int
    log_lines: int
    log_truncated: bool
    started_at: datetime | None
    ended_at: datetime | None


class RunOut(Out):
    id: UUID
    status: RunStatus
    trigger: Trigger
    workflow_id: UUID | None
    bot_id: UUID | None
    started_by_id: UUID | None
    error: str
    inputs: dict[str, Any]
    output: dict[str, Any] | None
    attempt: int
    queued_at: datetime
    available_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    steps: list[StepOut]


class StopIn(Schema):
    """Why a run shall stop; needed where a council let it run."""

    reason: Text = Field("", max_length=500)


class AfterQuery(Schema):
    after: int = Field(0, ge=0, le=10**9)


class LogQuery(AfterQuery):
    step: int = Field(1, ge=1, le=1000)


class LogOut(Out):
    lines: list[str]
    after: int
    ended: bool
