"""What an agent is to do in a step, and all that it thinks with when it does it."""

from decimal import Decimal
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from dashboard.agents.schemas import a_tool_schema
from dashboard.ai_models.models import MICROS
from dashboard.bots.schemas import JsonObject, an_object, storable
from dashboard.schemas import Schema, Text

MOST_TURNS = 20
SHORTEST_TASK = 3


def an_answer(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema by which an answer can be judged here; an empty one asks for nothing."""
    return a_tool_schema(schema) if schema else schema


AnswerSchema = Annotated[
    dict[str, Any],
    BeforeValidator(an_object),
    AfterValidator(storable),
    AfterValidator(an_answer),
]
Dollars = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=6)]


class Brief(Schema):
    """What an agent is to do in a step of a type, and how far it may go.

    The task may name inputs as ${name}. Without a schema the answer is a text.
    """

    task: Text = Field(min_length=SHORTEST_TASK, max_length=8000)
    answer: AnswerSchema = {}
    max_turns: int = Field(8, ge=1, le=MOST_TURNS)
    max_tokens: int = Field(50_000, ge=100, le=10_000_000)
    """Read and written, of all turns together."""
    max_cost: Dollars | None = None
    """In dollars."""
    timeout_seconds: int = Field(300, ge=1, le=3600)

    def stored(self) -> dict[str, Any]:
        """As JSON; dollars as a text, so that they stay exact."""
        return self.model_dump(mode="json", include=set(Brief.model_fields))

    @property
    def cost(self) -> int | None:
        """Millionths of a dollar."""
        return None if self.max_cost is None else int(self.max_cost * MICROS)


class AgentStep(Brief):
    """A step that an agent does."""

    agent_id: UUID


class Actor(Schema):
    bot_id: UUID | None = None
    agent_id: UUID | None = None


class StepIn(Brief, Actor):
    """A step of a type: a bot, or an agent with its brief."""

    task: Text = Field("", max_length=8000, validate_default=True)

    @field_validator("task")
    @classmethod
    def an_agent_has_one(cls, task: str, so_far: ValidationInfo) -> str:
        if so_far.data.get("bot_id") and task:
            raise ValueError("A bot does what its code says. Leave this out.")
        if so_far.data.get("agent_id") and len(task) < SHORTEST_TASK:
            raise ValueError("Say what the agent is to do.")
        return task

    @model_validator(mode="after")
    def somebody_does_it(self) -> Self:
        if (self.bot_id is None) == (self.agent_id is None):
            raise ValueError("Choose a bot or an agent.")
        return self

    @property
    def brief(self) -> dict[str, Any] | None:
        return self.stored() if self.agent_id else None


def a_step(value: object) -> object:
    """A bot's id alone is a step, too; and a step as it is told is one again."""
    if isinstance(value, str | UUID):
        return {"bot_id": value}
    if isinstance(value, dict):
        flat = {**value, **(value.get("brief") or {})}
        return {name: flat[name] for name in flat if name not in {"brief", "position"}}
    return value


Step = Annotated[
    StepIn, BeforeValidator(a_step, json_schema_input_type=UUID | AgentStep)
]


class Named(Schema):
    id: UUID
    name: str


class PinnedPrompt(Named):
    label: str
    version_id: UUID
    version: int
    content: str
    """The hash of the text."""


class PinnedModel(Named):
    provider: str
    model_id: str
    base_url: str


class PinnedTool(Schema):
    """A bot that may be called, at one version, under the name the model knows."""

    name: str
    bot: Named
    version_id: UUID
    version: int
    content: str
    description: str
    input_schema: JsonObject


class PinnedLimits(Schema):
    turns: int
    tokens: int
    cost: int | None
    """Millionths of a dollar."""
    seconds: int


class Pinned(Schema):
    """All that an agent thinks with in one step: it is judged, and then used."""

    agent: Named
    prompt: PinnedPrompt
    model: PinnedModel
    parameters: JsonObject
    tools: list[PinnedTool]
    task: str
    answer: JsonObject
    limits: PinnedLimits

    def stored(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
