"""What is asked of the audit trail and what it answers."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, computed_field, field_validator

from dashboard.audit import Result
from dashboard.permissions import Permission
from dashboard.reach import FIRST, Reach
from dashboard.schemas import Day, Out, PageQuery, Text


class AuditFilter(PageQuery):
    """Every filter may be left out, or left blank as a browser sends it."""

    model_config = ConfigDict(frozen=True)

    actor: Text | None = Field(None, max_length=200)
    action: Permission | None = None
    result: Result | None = None
    subject_type: Text | None = Field(None, max_length=64)
    subject_id: UUID | None = None
    since: Day | None = None
    until: Day | None = None
    q: Text | None = Field(None, max_length=200)
    reach: Reach = FIRST

    @field_validator("*", mode="before")
    @classmethod
    def blank_is_left_out(cls, value: Any, field: Any) -> Any:
        if value == "":
            return cls.model_fields[field.field_name].get_default()
        return value

    @property
    def alone(self) -> Self:
        """Without the place of a page."""
        return self.model_copy(update={"after": None, "limit": 25})

    @property
    def actor_id(self) -> UUID | None:
        """Who is meant, if `actor` is an id and no part of a name."""
        try:
            return UUID(self.actor or "")
        except ValueError:
            return None

    @property
    def names(self) -> dict[str, str]:
        """Of which column a part is looked for."""
        actor = None if self.actor_id else self.actor
        asked = {"subject_name": self.q, "actor_name": actor}
        return {name: text for name, text in asked.items() if text}


class EntryRow(Out):
    seq: int
    at: datetime
    actor_id: UUID
    actor_name: str
    action: str
    result: Result
    subject_type: str | None
    subject_id: UUID | None
    subject_name: str
    via: str
    address: str


class EntryOut(EntryRow):
    detail: dict[str, Any]
    changes: dict[str, Any]
    agent: str
    request_id: str
    prev_hash: str
    hash: str


class BreakOut(Out):
    seq: int
    why: str


class VerificationOut(Out):
    """What a walk along the whole chain found."""

    entries: int
    head: str
    broken: BreakOut | None

    @computed_field  # type: ignore[prop-decorator]  # pydantic's own recipe
    @property
    def is_whole(self) -> bool:
        return self.broken is None
