"""What is asked about runs, and what is answered."""

from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, field_validator, model_validator

from dashboard.exports import Kind
from dashboard.runs.models import RunStatus, StepStatus, Trigger
from dashboard.schemas import Day, Out, PageQuery, Schema, Text

MOST_AT_ONCE = 500
"""How many runs one call changes: people and programs wait for its answer."""
LARGEST = 2**31 - 1
"""The largest number the column of a version holds."""


class RunFilter(Schema):
    """Which runs are meant; what is left out narrows nothing. Days are in UTC."""

    model_config = ConfigDict(frozen=True)

    status: RunStatus | None = None
    trigger: Trigger | None = None
    bot_id: UUID | None = None
    version: int | None = Field(None, ge=1, le=LARGEST)
    actor: Text = Field("", max_length=200)
    input: Text = Field("", max_length=300)
    since: Day | None = None
    until: Day | None = None
    unacknowledged: bool = False
    q: Text = Field("", max_length=80)

    @field_validator("input")
    @classmethod
    def is_a_pair(cls, text: str) -> str:
        name, sign, _ = text.partition("=")
        if text and not (sign and name.strip()):
            raise ValueError("Write it as name=value.")
        return text

    @model_validator(mode="after")
    def counts_versions_of_a_bot(self) -> Self:
        if self.version and not self.bot_id:
            raise ValueError("Choose the bot too: versions are counted for each bot.")
        return self

    @property
    def pair(self) -> tuple[str, str] | None:
        """Name and value of the input that is asked for."""
        name, _, value = self.input.partition("=")
        return (name.strip(), value.strip()) if name else None

    @property
    def is_set(self) -> bool:
        return bool(self.as_query())

    @cached_property
    def alone(self) -> "RunFilter":
        """Without what a page or a file adds."""
        asked = {name: getattr(self, name) for name in RunFilter.model_fields}
        return RunFilter.model_construct(**asked)

    def as_query(self) -> dict[str, str]:
        """The filters as they stand in an address."""
        dumped = self.alone.model_dump(mode="json", exclude_defaults=True)
        return {
            name: "1" if value is True else str(value) for name, value in dumped.items()
        }


class RunQuery(RunFilter, PageQuery):
    """One page of the list."""


class ExportQuery(RunFilter):
    """The filters of the list, and how the file is written."""

    format: Kind = Kind.CSV


class RunRow(Out):
    id: UUID
    status: RunStatus
    trigger: Trigger
    workflow_id: UUID | None
    workflow_number: int | None
    workflow_title: str | None
    bot_id: UUID | None
    bot_name: str | None
    version: int | None
    agent_name: str | None
    """Who does its first step, where no bot does."""
    started_by_name: str | None
    error: str
    attempt: int
    is_unacknowledged: bool
    queued_at: datetime
    available_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class OutputFileOut(Out):
    name: str
    size: int
    sha256: str


class CalledOut(Out):
    """A bot that an agent called; its log is that of the step with this `call`."""

    call: int = Field(validation_alias="sub")
    bot_id: UUID
    bot_name: str
    version_number: int
    inputs: dict[str, Any] | None
    status: StepStatus
    message: str
    output: dict[str, Any] | None
    log_lines: int
    started_at: datetime | None
    ended_at: datetime | None


class StepOut(Out):
    """What a bot does, or an agent and the bots that it called."""

    position: int
    bot_id: UUID | None
    bot_name: str | None
    version_number: int | None
    agent_id: UUID | None
    agent_name: str | None
    called: list[CalledOut] = Field(validation_alias="called_bots")
    status: StepStatus
    message: str
    traceback: str
    output: dict[str, Any] | None
    files: list[OutputFileOut]
    tier: str
    attempt: int
    log_lines: int
    log_truncated: bool
    first_error_line: int | None
    started_at: datetime | None
    ended_at: datetime | None


class RunOut(Out):
    id: UUID
    status: RunStatus
    trigger: Trigger
    workflow_id: UUID | None
    bot_id: UUID | None
    started_by_id: UUID | None
    schedule_id: UUID | None
    hook_id: UUID | None
    retry_of_id: UUID | None
    error: str
    inputs: dict[str, Any]
    output: dict[str, Any] | None
    attempt: int
    queued_at: datetime
    available_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    cancel_requested_at: datetime | None
    is_unacknowledged: bool
    acknowledged_at: datetime | None
    acknowledged_by_id: UUID | None
    acknowledgement: str
    steps: list[StepOut]


class StopIn(Schema):
    """Why a run shall stop; needed where a council let it run."""

    reason: Text = Field("", max_length=500)


class Which(StrEnum):
    """The code a retry takes: what ran then, or what is active now."""

    SAME = "same"
    CURRENT = "current"


class RetryIn(Schema):
    version: Which = Which.SAME


class AcknowledgeIn(Schema):
    """What whoever looked at a run found, if there is something to say."""

    note: Text = Field("", max_length=500)


class Deed(StrEnum):
    """What is done to many runs, to each of them."""

    RETRY_SAME = "retry_same"
    RETRY_CURRENT = "retry_current"
    CANCEL = "cancel"
    ACKNOWLEDGE = "acknowledge"


class BulkIn(Schema):
    """What a page asks: `sure` once its reader saw how many they are."""

    deed: Deed
    scope: Literal["selected", "all"] = "selected"
    ids: list[UUID] = Field([], max_length=MOST_AT_ONCE)
    expected: int | None = None
    newest: UUID | None = None
    note: Text = Field("", max_length=500)
    sure: bool = False

    @model_validator(mode="after")
    def names_some(self) -> Self:
        if self.scope == "selected" and not self.ids:
            raise ValueError("Choose at least one run in the list.")
        return self


class BulkCall(Schema):
    """These runs, or all that match; then with how many there were."""

    action: Deed
    ids: list[UUID] | None = Field(None, min_length=1, max_length=MOST_AT_ONCE)
    query: RunFilter | None = None
    expected: int | None = Field(None, ge=0)
    note: Text = Field("", max_length=500)

    @model_validator(mode="after")
    def names_one_scope(self) -> Self:
        if (self.ids is None) == (self.query is None):
            raise ValueError("Send ids, or a query; not both.")
        if self.query and self.expected is None:
            raise ValueError("Say in `expected` how many runs the query matches.")
        return self


class RefusedOut(Out):
    run_id: UUID
    why: str


class BulkOut(Out):
    """`done` names the runs; of a retry the new ones."""

    done: list[UUID]
    refused: list[RefusedOut]


class AfterQuery(Schema):
    after: int = Field(0, ge=0, le=10**9)


class PageOfLog(Schema):
    """Which step's log a page shows, and around which line.

    `call` counts the bots that the step's agent called.
    """

    step: int | None = Field(None, ge=1, le=1000)
    call: int = Field(0, ge=0, le=1000)
    line: int | None = Field(None, ge=1, le=10**9)


class LogQuery(AfterQuery):
    step: int = Field(1, ge=1, le=1000)
    call: int = Field(0, ge=0, le=1000)
    """The log of a bot that the step's agent called, from 1 on."""


class LogOut(Out):
    lines: list[str]
    after: int
    more: bool
    ended: bool
    first_error_line: int | None
