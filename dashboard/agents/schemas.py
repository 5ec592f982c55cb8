"""What an agent is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from dashboard.agents.models import AgentStatus
from dashboard.schemas import Out, PageQuery, Schema, Text, partial


def once_each(words: list[str]) -> list[str]:
    """In the order given, without repetitions."""
    return list(dict.fromkeys(words))


Capability = Annotated[Text, Field(min_length=1, max_length=60)]


class RestrictionIn(Schema):
    """A type this agent may not ask for, and why."""

    type_id: UUID
    reason: Text = Field(min_length=3, max_length=200)


class AgentIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    role: Text = Field("", max_length=80)
    capabilities: Annotated[list[Capability], AfterValidator(once_each)] = Field(
        [], max_length=30
    )
    owner_id: UUID | None = None
    status: AgentStatus = AgentStatus.ACTIVE
    restrictions: list[RestrictionIn] | None = Field(
        None, max_length=50, description="Left out, they stay. Admins set them."
    )

    @model_validator(mode="after")
    def restricts_once(self) -> Self:
        types = [each.type_id for each in self.restrictions or []]
        if len(set(types)) < len(types):
            raise ValueError("A type is restricted once. Remove the double row.")
        return self


AgentPatch = partial(AgentIn)


class AgentQuery(PageQuery):
    q: Text = Field("", max_length=80)
    status: AgentStatus | None = None


class RestrictionOut(Out):
    type_id: UUID
    reason: str


class AgentRow(Out):
    id: UUID
    name: str
    description: str
    role: str
    capabilities: list[str]
    status: AgentStatus
    owner_id: UUID | None
    created_at: datetime


class AgentOut(AgentRow):
    restrictions: list[RestrictionOut]
