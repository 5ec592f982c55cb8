"""What if: a council's own people, a rule, and how each of them would vote."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from dashboard.councils.models import Council, Membership
from dashboard.errors import Errors, Invalid
from dashboard.schemas import checked
from dashboard.simulation.forms import TryForm, VoteForm
from dashboard.simulation.scenarios import Scenario
from dashboard.simulation.telling import Told, tell
from dashboard.simulation.tried import (
    RuleTried,
    Tried,
    VoteTried,
    rule_of,
    started_from,
)
from dashboard.workflows.refusals import SENTENCES
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Choice, Refusal

OUTSIDER = "Somebody else"
TAIL = 8
"""Digits of an id that tell the members of one council apart."""
BESIDE = {Refusal.NO_ELIGIBLE_VOTERS: "proposer"}


class Line:
    """One member: how they would vote, and when."""

    def __init__(self, member: Membership, name: str, args: Any) -> None:
        self.member, self.name = member, name
        self.form = VoteForm(args, prefix=f"{member.user_id.hex[-TAIL:]}-")
        self.form.offer(member)
        self.vote = VoteTried()

    def check(self) -> bool:
        answers = {"choice": self.form.c.data or None, "hour": self.form.h.data or 0}
        try:
            self.vote = checked(VoteTried, answers)
        except Invalid as error:
            for path, sentence in error.errors.items():
                (self.form.c if path == "choice" else self.form.h).errors = [sentence]
            return False
        return True

    def event(self) -> dict[str, Any]:
        fields = {"voter": self.name, "choice": str(self.vote.choice)}
        told = {"at": self.vote.hour, "type": "vote"} | fields
        needs_one = self.vote.choice in {Choice.REJECT, Choice.VETO}
        return told | {"reason": "As tried."} if needs_one else told


class WhatIf:
    """A try as the address tells it, and what comes of it."""

    def __init__(self, council: Council, args: Mapping[str, str]) -> None:
        voting = [
            each for each in council.members if each.weight and each.user.may_vote
        ]
        names = named_apart(voting)
        self.council = council
        self.form = TryForm(args)
        self.form.offer(voting)
        self.lines = [
            Line(each, name, args) for each, name in zip(voting, names, strict=True)
        ]
        self.rule: Rule | None = None
        self.told: Told | None = None
        self.play()

    @property
    def status(self) -> int:
        return 200 if self.told and not self.told.refused else Invalid.status

    def play(self) -> None:
        unclear = sum(not line.check() for line in self.lines)
        try:
            self.form.check()
            self.rule = rule_of(self.council.rule, self.form.value)
        except Invalid as error:
            self.form.hang(error.errors)
        self.form.show(started_from(self.council.rule, self.chosen_preset))
        if self.rule and not unclear:
            self.told = tell(Scenario.model_validate(self.scenario))
            self.form.hang(self.refusal())

    @property
    def has_numbers(self) -> bool:
        """Whether the rule is tried with any number of its own, right or wrong."""
        answers = self.form.answers()
        given = {name: answers.get(name) for name in RuleTried.model_fields}
        return any(given.values())

    @property
    def why_not(self) -> str:
        refused = self.told.refused if self.told else None
        return SENTENCES[refused] if refused else ""

    @property
    def chosen_preset(self) -> str:
        return self.form.value.preset if isinstance(self.form.value, Tried) else ""

    def refusal(self) -> Errors:
        """Why the vote could not even open, beside what makes it so."""
        refused = self.told.refused if self.told else None
        return {BESIDE.get(refused, "preset"): SENTENCES[refused]} if refused else {}

    @cached_property
    def proposer(self) -> str:
        chosen = self.form.value.proposer
        names = {line.member.user_id: line.name for line in self.lines}
        return names.get(chosen, OUTSIDER)

    @property
    def is_silent(self) -> bool:
        return not any(line.vote.choice for line in self.lines)

    @cached_property
    def scenario(self) -> dict[str, Any]:
        """The same as a file would tell it, played until it is decided."""
        voting = [line for line in self.lines if line.vote.choice]
        votes = [line.event() for line in sorted(voting, key=lambda x: x.vote.hour)]
        rule = self.rule.model_dump(mode="json") if self.rule else {}
        return {
            "id": "try",
            "title": f"{self.council.name}, tried",
            "rule": rule,
            "proposer": self.proposer,
            "eligible": [seat_of(line) for line in self.lines],
            "events": [{"at": 0, "type": "open", "by": self.proposer}, *votes],
            "final_at": max([0, *(vote["at"] for vote in votes)]),
        }

    @property
    def as_file(self) -> dict[str, Any]:
        """To be kept: with what came of it as what is expected."""
        if self.told is None:
            return {}
        outcome = self.told.player.outcome()
        expected = {"state": outcome.state, "reason": outcome.reason}
        ended = {"final_at": max(self.told.ended_at, self.scenario["final_at"])}
        return self.scenario | ended | {"expected": expected}


def seat_of(line: Line) -> dict[str, Any]:
    member = line.member
    seat = {"voter": line.name, "weight": member.weight, "roles": [member.role]}
    return seat | {"veto": True} if member.can_veto else seat


def named_apart(members: list[Membership]) -> list[str]:
    """Their names; of those who share one, the others are numbered."""
    names: list[str] = []
    for member in members:
        name, number = member.user.name, 2
        while name in names or name == OUTSIDER:
            name, number = f"{member.user.name} ({number})", number + 1
        names.append(name)
    return names
