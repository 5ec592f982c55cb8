"""What a council is made of, for browser and JSON alike."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from dashboard.councils.reading import unmet
from dashboard.oversight.schemas import OversightIn
from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.workflows.rules import PRESETS, Rule
from dashboard.workflows.voting import Seat


def chosen(rule: Any) -> Any:
    """A preset by name, with what is to differ from it, as the whole rule."""
    if not isinstance(rule, dict) or "preset" not in rule:
        return rule
    preset = PRESETS.get(str(rule["preset"]))
    if preset is None:
        raise ValueError(f"Choose one of {', '.join(PRESETS)}.")
    differing = {name: value for name, value in rule.items() if name != "preset"}
    return preset.rule.model_dump(mode="json") | differing


ChosenRule = Annotated[Rule, BeforeValidator(chosen)]
"""A complete rule, or `{"preset": "two_thirds", …what differs}`."""


class MemberIn(Schema):
    user_id: UUID
    role: Text = Field("member", min_length=1, max_length=40)
    weight: int = Field(1, ge=0, le=1000)
    can_veto: bool = False


class AdviserIn(Schema):
    agent_id: UUID
    role: Text = Field("adviser", min_length=1, max_length=40)


class CouncilIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    description: Text = Field("", max_length=2000)
    rule: ChosenRule = Field(default_factory=Rule)
    members: list[MemberIn] = Field(min_length=1, max_length=50)
    advisers: list[AdviserIn] = Field(default_factory=list, max_length=20)

    @model_validator(mode="after")
    def sits_once(self) -> Self:
        people = [member.user_id for member in self.members]
        agents = [adviser.agent_id for adviser in self.advisers]
        if len(set(people)) < len(people) or len(set(agents)) < len(agents):
            raise ValueError(
                "Everybody sits on a council once. Remove the double seat."
            )
        return self

    @model_validator(mode="after")
    def can_decide(self) -> Self:
        seats = seats_of(self.members)
        if not seats:
            raise ValueError("Give at least one person a weight of 1 or more.")
        if wrong := unmet(self.rule, seats):
            raise at_fields({("rule", name): said for name, said in wrong.items()})
        return self


def seats_of(members: Iterable[MemberIn]) -> list[Seat]:
    """Who of these votes, as the engine sees them."""
    return [
        Seat(m.user_id, m.weight, frozenset({m.role}), m.can_veto)
        for m in members
        if m.weight
    ]


def at_fields(errors: Mapping[tuple[str, ...], str]) -> ValidationError:
    """A finding across fields, said beside each that has a part in it."""
    found = [
        InitErrorDetails(
            type=PydanticCustomError("across", "{said}", {"said": said}),
            loc=place,
            input=None,
        )
        for place, said in errors.items()
    ]
    return ValidationError.from_exception_data("Council", found)


CouncilPatch = partial(CouncilIn)


class ChangeIn(CouncilIn):
    """A council as it should be; what is left out besides stays as it is."""

    why: Text = Field("", max_length=4000)
    oversight: OversightIn | None = None
    charter_type_id: UUID | None = None
    ends_charter: bool = False
    archive: bool = False


class CharterIn(Schema):
    """The governance type by whose proposals the council is changed from now on."""

    charter_type_id: UUID


class RuleQuestion(Schema):
    """What a rule would mean; nothing is saved.

    Its seats are those given, else the council's. As a type's own rule it is first
    combined with the council's.
    """

    rule: dict[str, Any]
    members: list[MemberIn] | None = Field(None, max_length=50)
    council_id: UUID | None = None
    as_type: bool = False


class CouncilQuery(PageQuery):
    q: Text = Field("", max_length=80)
    archived: bool = False


class MemberOut(Out):
    user_id: UUID
    role: str
    weight: int
    can_veto: bool


class AdviserOut(Out):
    agent_id: UUID
    role: str


class CouncilRow(Out):
    id: UUID
    name: str
    description: str
    rule: dict[str, Any]
    people: int
    agents: int
    created_at: datetime
    archived_at: datetime | None


class CouncilOut(Out):
    id: UUID
    name: str
    description: str
    rule: dict[str, Any]
    review_actions: bool
    savings_threshold: int
    charter_type_id: UUID | None
    created_at: datetime
    archived_at: datetime | None
    members: list[MemberOut]
    advisers: list[AdviserOut]


class ChangeProposed(Out):
    """The proposal that was made of it: a draft, to be opened for the vote."""

    id: UUID
    number: int
    title: str
    status: str
    type_id: UUID
    council_id: UUID
    content_hash: str
    change: dict[str, Any]
    created_at: datetime


class RuleProblem(Out):
    pointer: str
    detail: str


class RuleReading(Out):
    valid: bool
    sentence: str
    facts: dict[str, str]
    notes: list[str]
    errors: list[RuleProblem]
