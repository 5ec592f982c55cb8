"""What a scenario holds: a rule, a council, and what happens in order."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    JsonValue,
    StrictBool,
    model_validator,
)

from dashboard.schemas import Schema, Text, no_nul
from dashboard.simulation.schemas import Outcome
from dashboard.workflows.rules import CENTURY, MOST_ROLES
from dashboard.workflows.voting import Refusal

OK = "ok"
ANSWERS = (OK, *(refusal.value for refusal in Refusal))
HEAVIEST = 10**18


def known_answer(answer: str) -> str:
    if answer not in ANSWERS:
        raise ValueError(f"Expect one of {', '.join(ANSWERS)}.")
    return answer


def known_key(key: str) -> str:
    if key not in Outcome.model_fields:
        raise ValueError(f"Expect one of {', '.join(Outcome.model_fields)}.")
    return key


Name = Annotated[str, Field(min_length=1, max_length=120), AfterValidator(no_nul)]
Weight = Annotated[int, Field(ge=0, le=HEAVIEST)]
Second = Annotated[int, Field(ge=0, le=CENTURY)]
Answer = Annotated[str, AfterValidator(known_answer)]
Found = dict[Annotated[str, AfterValidator(known_key)], JsonValue]
"""What is to hold at one moment: only what is listed has to match."""
RawRule = dict[str, JsonValue]
"""It may be wrong, or a part: it is judged when a vote opens, and not before."""


class Office(StrEnum):
    """In what capacity somebody acts; the proposer is known by name."""

    MEMBER = "member"
    EDITOR = "editor"
    GUARDIAN = "guardian"
    EXECUTOR = "executor"
    SYSTEM = "system"


class Part(Schema):
    """A piece of a scenario; names and choices are taken exactly as written."""

    model_config = ConfigDict(str_strip_whitespace=False, validate_by_name=True)


class Voter(Part):
    """Somebody on the council, before the rule leaves anybody out."""

    voter: Name
    weight: Weight = 1
    roles: list[Name] = Field(default_factory=list, max_length=MOST_ROLES)
    veto: StrictBool = False


class Step(Part):
    """Something somebody tries to do; in a race it has no second of its own."""

    at: Second | None = None
    by: Name | None = None
    office: Office = Field(Office.MEMBER, alias="as")
    reason: Text | None = None
    expect: Answer = OK


class OpenStep(Step):
    type: Literal["open"]


class VoteStep(Step):
    """A vote; without a revision, on the one that is current."""

    type: Literal["vote"]
    voter: Name
    choice: JsonValue = None
    revision: int | None = None


class VoidStep(Step):
    type: Literal["vote_void"]
    voter: Name


class SeatStep(Step):
    """The council changes: somebody joins, leaves, or weighs something else."""

    type: Literal["member_add", "member_remove", "weight_change"]
    voter: Name
    weight: Weight | None = None
    roles: list[Name] | None = Field(None, max_length=MOST_ROLES)
    veto: StrictBool | None = None


class RuleStep(Step):
    """The council's rule changes: these fields are replaced."""

    type: Literal["rule_change"]
    rule: RawRule


class EditStep(Step):
    type: Literal["edit"]
    content: Literal["changed", "same"]


class StopStep(Step):
    type: Literal["cancel", "stop", "freeze", "unfreeze"]


class StartStep(Step):
    type: Literal["run_start"]


class FinishStep(Step):
    type: Literal["run_finish"]
    result: Literal["success", "failure"]


AnyStep = (
    OpenStep
    | VoteStep
    | VoidStep
    | SeatStep
    | RuleStep
    | EditStep
    | StopStep
    | StartStep
    | FinishStep
)


class Check(Part):
    """What must hold at a second."""

    type: Literal["check"]
    at: Second | None = None
    expect: Found


class Race(Part):
    """Steps in the same second, in whatever order they come."""

    type: Literal["concurrent"]
    at: Second | None = None
    events: list[Annotated[AnyStep, Field(discriminator="type")]] = Field(min_length=1)
    expect_multiset: list[Answer] | None = None

    @model_validator(mode="after")
    def happens_at_once(self) -> Self:
        if any(step.at not in {None, self.at} for step in self.events):
            raise ValueError("What happens at once has no second of its own.")
        return self


Event = Annotated[AnyStep | Check | Race, Field(discriminator="type")]


class Scenario(Part):
    """One story: who decides by which rule, what happens, and how it should end.

    Whoever keeps such stories may note more beside them; that is not read.
    """

    model_config = ConfigDict(extra="ignore")

    id: Name
    title: Text = ""
    rule: RawRule
    proposer: Name
    editors: list[Name] | None = None
    agent_owner: Name | None = None
    eligible: list[Voter]
    events: list[Event]
    final_at: Second
    expected: Found = Field(default_factory=dict)

    @model_validator(mode="after")
    def tells_one_story(self) -> Self:
        names = [each.voter for each in self.eligible]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{twice} sits on the council twice. Remove one seat.")
        last = 0
        for position, event in enumerate(self.events):
            if event.at is None:
                raise ValueError(f"events[{position}]: say at which second (at).")
            if event.at < last:
                raise ValueError(
                    f"events[{position}] happens at {event.at}, before the one ahead "
                    f"of it at {last}. Put the events in order."
                )
            last = event.at
        if self.final_at < last:
            raise ValueError(f"final_at is before the last event: say {last} or later.")
        return self

    @property
    def races(self) -> list[Race]:
        return [event for event in self.events if isinstance(event, Race)]

    def steps(self) -> Iterator[AnyStep]:
        """Everything anybody tries to do, those of a race one by one."""
        for event in self.events:
            if isinstance(event, Race):
                yield from event.events
            elif not isinstance(event, Check):
                yield event

    @property
    def size(self) -> int:
        """How many people could come to sit here."""
        return len(self.eligible) + sum(
            step.type == "member_add" for step in self.steps()
        )
