"""What a piece of advice is made of, for browser and JSON alike."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from dashboard.advice.models import Opinion
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
    given_by_id: UUID
    given_by_name: str
    given_at: datetime
    superseded_at: datetime | None
