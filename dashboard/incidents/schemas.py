"""What is asked and said about incidents, for browser and JSON alike."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field, field_validator

from dashboard.incidents.models import IncidentKind
from dashboard.schemas import Out, PageQuery, Schema, Text


class State(StrEnum):
    """How far an incident has come."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class IncidentQuery(PageQuery):
    state: State | None = None
    kind: IncidentKind | None = None
    bot_id: UUID | None = None


class AcknowledgeIn(Schema):
    note: Text = Field("", max_length=500)


class SeveralIn(AcknowledgeIn):
    """The incidents chosen in a list, and one note for all of them."""

    ids: list[UUID] = Field(default_factory=list, max_length=100, validate_default=True)

    @field_validator("ids")
    @classmethod
    def any_is_chosen(cls, ids: list[UUID]) -> list[UUID]:
        if not ids:
            raise ValueError("Choose at least one incident.")
        return ids


class ReleaseIn(Schema):
    note: Text = Field(min_length=3, max_length=500)


class IncidentOut(Out):
    id: UUID
    kind: IncidentKind
    state: State
    summary: str
    bot_id: UUID | None
    bot_name: str | None
    endpoint_id: UUID | None
    endpoint_name: str | None
    run_id: UUID | None
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by_id: UUID | None
    acknowledged_by_name: str | None
    note: str
    resolved_at: datetime | None


class LeftOut(Out):
    """An incident that was not acknowledged, and why."""

    id: UUID
    why: str


class SeveralOut(Out):
    acknowledged: list[UUID]
    left_out: list[LeftOut]
