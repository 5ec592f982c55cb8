"""What a workflow type is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    field_validator,
)

from dashboard.bots.schemas import an_object, storable
from dashboard.councils.schemas import ChosenRule
from dashboard.oversight.schemas import AnyDomain
from dashboard.savings.schemas import Calculator, GivenCalculator, check_names
from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.thinking.schemas import Step, StepIn
from dashboard.workflow_types.models import Risk, TypeKind
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
    kind: TypeKind = TypeKind.WORK
    risk: Risk = Risk.MEDIUM
    domain: AnyDomain = ""
    council_id: UUID | None = Field(None, validate_default=True)
    steps: list[Step] = Field(
        default_factory=list, max_length=10, validate_default=True
    )
    input_schema: InputSchema = Field(default_factory=lambda: dict(NOTHING))
    rule: ChosenRule | None = None
    auto_run: bool = True
    calculator: GivenCalculator | None = None
    """How the inputs say what is saved; without one, the proposer says it."""
    decides_grants: bool = False
    """By it a bot may be granted network or a secret."""
    promotes_prompts: bool = False
    """By it a protected label of a prompt may move."""

    @field_validator("promotes_prompts")
    @classmethod
    def labels_are_governance(cls, promotes: bool, so_far: ValidationInfo) -> bool:
        if promotes and so_far.data.get("kind") is TypeKind.WORK:
            raise ValueError("Only a type of governance promotes prompts.")
        return promotes

    @field_validator("decides_grants")
    @classmethod
    def grants_are_governance(cls, decides: bool, so_far: ValidationInfo) -> bool:
        if decides and so_far.data.get("kind") is TypeKind.WORK:
            raise ValueError("Only a type of governance decides on grants.")
        return decides

    @field_validator("council_id")
    @classmethod
    def somebody_decides(
        cls, council_id: UUID | None, so_far: ValidationInfo
    ) -> UUID | None:
        if council_id is None and so_far.data.get("kind") is TypeKind.GOVERNANCE:
            raise ValueError("Choose the council that decides.")
        if council_id is None and not so_far.data.get("domain", "unknown"):
            raise ValueError("Choose a council, or give a domain to find one by.")
        return council_id

    @field_validator("steps")
    @classmethod
    def work_is_run(cls, steps: list[StepIn], so_far: ValidationInfo) -> list[StepIn]:
        governs = so_far.data.get("kind") is TypeKind.GOVERNANCE
        if governs and steps:
            raise ValueError("No bot runs to change a council. Remove the steps.")
        if not governs and not steps:
            raise ValueError("Add at least 1.")
        return steps

    @field_validator("input_schema")
    @classmethod
    def a_change_is_the_input(
        cls, schema: dict[str, Any], so_far: ValidationInfo
    ) -> dict[str, Any]:
        governs = so_far.data.get("kind") is TypeKind.GOVERNANCE
        if governs and schema.get("properties"):
            raise ValueError("A change to a council has its own form. Leave this out.")
        return schema

    @field_validator("calculator")
    @classmethod
    def it_reads_inputs(
        cls, calculator: Calculator | None, so_far: ValidationInfo
    ) -> Calculator | None:
        if calculator and "input_schema" in so_far.data:
            check_names(calculator, so_far.data["input_schema"])
        return calculator


TypePatch = partial(TypeIn)


class TypeQuery(PageQuery):
    q: Text = Field("", max_length=80)
    archived: bool = False


class StepOut(Out):
    position: int
    bot_id: UUID | None
    agent_id: UUID | None
    brief: dict[str, Any] | None


class TypeRow(Out):
    id: UUID
    name: str
    description: str
    kind: TypeKind
    risk: Risk
    domain: str
    auto_run: bool
    council_id: UUID | None
    council_name: str | None
    step_count: int
    created_at: datetime
    archived_at: datetime | None


class TypeOut(Out):
    id: UUID
    name: str
    description: str
    kind: TypeKind
    risk: Risk
    domain: str
    auto_run: bool
    council_id: UUID | None
    decides_grants: bool
    promotes_prompts: bool
    input_schema: dict[str, Any]
    rule: dict[str, Any] | None
    calculator: dict[str, Any] | None
    steps: list[StepOut]
    created_at: datetime
    archived_at: datetime | None
