"""What a council is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.workflows.rules import PRESETS, Rule
from dashboard.workflows.voting import Seat, satisfiable


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
    review_actions: bool = True
    savings_threshold: int = Field(0, ge=0, le=1_000_000_000)
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
        voting = [member for member in self.members if member.weight >= 1]
        if not voting:
            raise ValueError("Give at least one person a weight of 1 or more.")
        seats = [
            Seat(m.user_id, m.weight, frozenset({m.role}), m.can_veto) for m in voting
        ]
        if not satisfiable(self.rule, seats):
            raise ValueError(
                "This rule could never pass here, even if everyone approved. "
                "Seat more people, or ask for fewer approvals."
            )
        return self


CouncilPatch = partial(CouncilIn)


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
    created_at: datetime
    archived_at: datetime | None
    members: list[MemberOut]
    advisers: list[AdviserOut]
