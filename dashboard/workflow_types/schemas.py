"""What a workflow type is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field

from dashboard.bots.schemas import an_object, storable
from dashboard.councils.schemas import ChosenRule
from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.workflow_types.models import Risk
from dashboard.workflows.inputs import check_schema

InputSchema = Annotated[
    dict[str, Any],
    BeforeValidator(an_object),
    AfterValidator(storable),
    AfterValidator(check_schema),
]
NOTHING = {"type": "object", "properties": {}}


class TypeIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    risk: Risk = Risk.MEDIUM
    council_id: UUID
    steps: list[UUID] = Field(min_length=1, max_length=10)
    input_schema: InputSchema = Field(default_factory=lambda: dict(NOTHING))
    rule: ChosenRule | None = None
    auto_run: bool = True


TypePatch = partial(TypeIn)


class TypeQuery(PageQuery):
    q: Text = Field("", max_length=80)
    archived: bool = False


class StepOut(Out):
    position: int
    bot_id: UUID


class TypeRow(Out):
    id: UUID
    name: str
    description: str
    risk: Risk
    auto_run: bool
    council_id: UUID
    council_name: str
    step_count: int
    created_at: datetime
    archived_at: datetime | None


class TypeOut(Out):
    id: UUID
    name: str
    description: str
    risk: Risk
    auto_run: bool
    council_id: UUID
    input_schema: dict[str, Any]
    rule: dict[str, Any] | None
    steps: list[StepOut]
    created_at: datetime
    archived_at: datetime | None
