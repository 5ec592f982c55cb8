"""What a piece of advice is made of, for browser and JSON alike."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from dashboard.advice.models import Opinion
from dashboard.model_calls.models import Problem
from dashboard.schemas import Out, Schema, Text


class AdviceIn(Schema):
    """An agent's opinion on the revision it has read."""

    agent_id: UUID
    opinion: Opinion
    confidence: int = Field(ge=0, le=100)
    reason: Text = Field(min_length=3, max_length=4000)
    revision: int = Field(ge=1)


class AdviceOut(Out):
    id: UUID
    agent_id: UUID
    agent_name: str
    opinion: Opinion
    confidence: int
    reason: str
    revision: int
    content_hash: str
    given_by_id: UUID | None
    """None if the agent's own model gave it."""
    given_by_name: str
    given_at: datetime
    superseded_at: datetime | None
    problem: Problem | None
    """Why its model gave no answer; then it abstains."""
    call_id: UUID | None


class AskedOut(Out):
    """An adviser that was asked; look at the call for what it says."""

    agent_id: UUID
    number: int
    call_id: UUID | None
    asked_at: datetime
