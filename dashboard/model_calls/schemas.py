"""What is asked about calls, and what is answered."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from dashboard.model_calls.models import CallStatus, Problem, Purpose
from dashboard.schemas import Out, PageQuery, Schema

LONGEST = 2**31 - 1


class CallQuery(PageQuery):
    """Which calls are meant; what is left out narrows nothing."""

    model: UUID | None = None
    agent: UUID | None = None
    purpose: Purpose | None = None
    status: CallStatus | None = None


class WordsQuery(Schema):
    """How much is known of an answer: so many letters of which try."""

    after: int = Field(0, ge=0, le=LONGEST)
    tries: int | None = Field(None, ge=0, le=LONGEST)


class CallRow(Out):
    id: UUID
    purpose: Purpose
    status: CallStatus
    problem: Problem | None
    model_id: UUID
    model_name: str
    agent_id: UUID | None
    agent_name: str | None
    asked_by_id: UUID | None
    asked_by_name: str | None
    tokens_in: int
    tokens_out: int
    is_estimate: bool
    cost: int
    tries: int
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    is_readable: bool


class WordsOut(Out):
    """What came after the words that are known; all of it if it began anew."""

    text: str
    after: int
    tries: int
    is_live: bool
    doing: str


class CallOut(WordsOut):
    id: UUID
    purpose: Purpose
    status: CallStatus
    problem: Problem | None
    message: str
    model_id: UUID
    model_name: str
    agent_id: UUID | None
    prompt_version_id: UUID | None
    asked_by_id: UUID | None
    request: dict[str, Any]
    tool_calls: list[dict[str, Any]]
    tokens_in: int
    tokens_out: int
    is_estimate: bool
    cost: int
    queued_at: datetime
    started_at: datetime | None
    first_word_at: datetime | None
    ended_at: datetime | None
