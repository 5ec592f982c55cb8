"""What a freeze is made of, for browser and JSON alike."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator

from dashboard.freezes.models import Scope
from dashboard.schemas import Out, PageQuery, Schema, Text


class FreezeIn(Schema):
    """What to stop, and why; a council or an agent is named where the scope is one."""

    scope: Scope
    council_id: UUID | None = Field(None, validate_default=True)
    agent_id: UUID | None = Field(None, validate_default=True)
    reason: Text = Field(min_length=3, max_length=500)

    @field_validator("council_id", "agent_id")
    @classmethod
    def named_where_asked(cls, id_: UUID | None, field: ValidationInfo) -> UUID | None:
        if "scope" not in field.data:
            return id_
        what = str(field.field_name).removesuffix("_id")
        asked = field.data["scope"] == what
        if asked and id_ is None:
            raise ValueError(f"Choose the {what} to freeze.")
        if id_ and not asked:
            raise ValueError(f"Leave this empty, or freeze this {what} alone.")
        return id_


class LiftIn(Schema):
    reason: Text = Field(min_length=3, max_length=500)


class State(StrEnum):
    """Whether a freeze still holds."""

    IN_FORCE = "in_force"
    LIFTED = "lifted"


class FreezeQuery(PageQuery):
    scope: Scope | None = None
    state: State | None = None
    q: Text = Field("", max_length=80)


class FreezeOut(Out):
    id: UUID
    scope: Scope
    council_id: UUID | None
    council_name: str | None
    agent_id: UUID | None
    agent_name: str | None
    reason: str
    frozen_by_id: UUID
    frozen_by_name: str
    frozen_at: datetime
    lifted_by_id: UUID | None
    lifted_by_name: str | None
    lifted_at: datetime | None
    lift_reason: str
