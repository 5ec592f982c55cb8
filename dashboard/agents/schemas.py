"""What an agent is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from dashboard.agents.models import AgentStatus
from dashboard.schemas import Out, PageQuery, Schema, Text, partial


def once_each(words: list[str]) -> list[str]:
    """In the order given, without repetitions."""
    return list(dict.fromkeys(words))


Capability = Annotated[Text, Field(min_length=1, max_length=60)]


class AgentIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    role: Text = Field("", max_length=80)
    capabilities: Annotated[list[Capability], AfterValidator(once_each)] = Field(
        [], max_length=30
    )
    owner_id: UUID | None = None
    status: AgentStatus = AgentStatus.ACTIVE


AgentPatch = partial(AgentIn)


class AgentQuery(PageQuery):
    q: Text = Field("", max_length=80)
    status: AgentStatus | None = None


class AgentOut(Out):
    id: UUID
    name: str
    description: str
    role: str
    capabilities: list[str]
    status: AgentStatus
    owner_id: UUID | None
    created_at: datetime
