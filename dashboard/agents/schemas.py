"""What an agent is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from dashboard.agents.models import AgentStatus, Outcome
from dashboard.ai_models.parameters import GivenParameters
from dashboard.ai_models.schemas import Price, ShownPrice
from dashboard.bots.schemas import an_object, storable
from dashboard.prompts.models import PRODUCTION
from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.workflows.inputs import check_part, parts_of

NOTHING = {"type": "object", "properties": {}}
"""The schema of a tool that takes no inputs."""


def once_each(words: list[str]) -> list[str]:
    """In the order given, without repetitions."""
    return list(dict.fromkeys(words))


def a_tool_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Refuse what cannot check the arguments a model hands over."""
    from jsonschema import Draft202012Validator, SchemaError  # a large library

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        raise ValueError(f"This is not a JSON Schema: {error.message}") from error
    for part in parts_of(schema):
        check_part(part)
    if schema.get("type") != "object":
        raise ValueError('The schema must have "type": "object".')
    return schema


Word = Annotated[Text, Field(min_length=1, max_length=60)]
Words = Annotated[list[Word], AfterValidator(once_each)]
Label = Annotated[Text, Field(min_length=1, max_length=40)]
ToolSchema = Annotated[
    dict[str, Any],
    BeforeValidator(an_object),
    AfterValidator(storable),
    AfterValidator(a_tool_schema),
]


class RestrictionIn(Schema):
    """A type this agent may not ask for, and why."""

    type_id: UUID
    reason: Text = Field(min_length=3, max_length=200)


class ToolIn(Schema):
    """A bot this agent may call, and what its model is told of it."""

    bot_id: UUID
    description: Text = Field(min_length=3, max_length=500)
    input_schema: ToolSchema = Field(default_factory=lambda: dict(NOTHING))


class AgentIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    role: Text = Field("", max_length=80)
    capabilities: Words = Field([], max_length=30)
    strengths: Words = Field([], max_length=30)
    weaknesses: Words = Field([], max_length=30)
    owner_id: UUID | None = None
    status: AgentStatus = AgentStatus.ACTIVE
    restrictions: list[RestrictionIn] | None = Field(
        None, max_length=50, description="Left out, they stay. Admins set them."
    )
    ai_model_id: UUID | None = None
    prompt_id: UUID | None = None
    prompt_label: Label = PRODUCTION
    parameters: GivenParameters
    budget_per_run: Price | None = None
    """Dollars that one step of its may cost."""
    budget_per_day: Price | None = None
    tools: list[ToolIn] = Field([], max_length=20)

    @model_validator(mode="after")
    def restricts_once(self) -> Self:
        types = [each.type_id for each in self.restrictions or []]
        if len(set(types)) < len(types):
            raise ValueError("A type is restricted once. Remove the double row.")
        return self

    @model_validator(mode="after")
    def calls_once(self) -> Self:
        bots = [each.bot_id for each in self.tools]
        if len(set(bots)) < len(bots):
            raise ValueError("A bot is named as a tool once. Remove the double row.")
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
    ai_model_id: UUID | None
    reputation: int | None
    owner_id: UUID | None
    created_at: datetime


class ToolOut(Out):
    bot_id: UUID
    description: str
    input_schema: dict[str, Any]


class AgentOut(AgentRow):
    strengths: list[str]
    weaknesses: list[str]
    last_feedback: str
    restrictions: list[RestrictionOut]
    prompt_id: UUID | None
    prompt_label: str
    parameters: dict[str, Any]
    budget_per_run: ShownPrice | None
    budget_per_day: ShownPrice | None
    tools: list[ToolOut]


class TrainingIn(Schema):
    """What an agent was taught or shown, and how that went."""

    kind: Text = Field("initial", min_length=2, max_length=40)
    topic: Text = Field(min_length=2, max_length=120)
    outcome: Outcome
    score: int | None = Field(None, ge=0, le=100)
    notes: Text = Field("", max_length=4000)


class TrainingOut(Out):
    id: UUID
    kind: str
    topic: str
    outcome: Outcome
    score: int | None
    notes: str
    trained_at: datetime
    recorded_by_id: UUID | None
    recorded_by_name: str | None
