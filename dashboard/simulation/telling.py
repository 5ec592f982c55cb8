"""A scenario told step by step, in sentences people read."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from dashboard.simulation.player import Player, State
from dashboard.simulation.rounds import moment, second_of
from dashboard.simulation.scenarios import OpenStep, Scenario, VoteStep
from dashboard.simulation.tried import HOUR
from dashboard.workflows.explain import explain
from dashboard.workflows.refusals import SENTENCES
from dashboard.workflows.voting import Refusal
from dashboard.workflows.wording import counted, duration

VERBS = {
    "approve": "approves",
    "reject": "rejects",
    "abstain": "abstains",
    "veto": "vetoes",
}
TONES = {State.APPROVED: "ok", State.REJECTED: "bad", State.LAPSED: "wait"}


@dataclass(frozen=True)
class Moment:
    when: str
    tone: str
    sentence: str
    note: str = ""


@dataclass
class Told:
    """How it went, and where it ended; `refused` says why it could not even open."""

    player: Player
    moments: list[Moment] = field(default_factory=list)
    refused: Refusal | None = None
    ended_at: int = 0

    @cached_property
    def explained(self) -> dict[str, Any] | None:
        """The arithmetic of the round as it ended."""
        round_ = self.player.round
        if round_ is None:
            return None
        return explain(
            round_.rule,
            round_.seats,
            round_.ballots,
            opened_at=round_.opened_at,
            now=round_.decided_at or moment(self.ended_at),
            decision=round_.decision,
        )

    @property
    def numbers(self) -> dict[str, str]:
        """What there was and what was needed, line by line."""
        found = self.explained or {}
        lines: dict[str, str] = {}
        if line := found.get("threshold"):
            lines["Approvals"] = f"{line['have']} of {line['of']}, needs {line['need']}"
        if line := found.get("quorum"):
            lines["Quorum"] = f"{line['have']} of {found['E']}, needs {line['need']}"
        if line := found.get("approvers"):
            have = f"{line['have']} of {line['of']} approve"
            lines["People"] = f"{have}, needs {line['need']}"
        for role, line in found.get("roles", {}).items():
            lines[f"From {role}"] = f"{line['have']} approve, needs {line['need']}"
        return lines

    @property
    def usable(self) -> str:
        """When an approval could be used."""
        round_ = self.player.round
        if round_ is None or round_.ready_at is None or self.refused:
            return ""
        wait = round_.rule.timelock
        start = f"It may run after a wait of {duration(wait)}" if wait else "It may run"
        window = round_.rule.run_window
        return f"{start}, within {duration(window)}." if window else f"{start}."

    def add(self, second: int, tone: str, sentence: str, note: str = "") -> None:
        self.moments.append(Moment(after(second), tone, sentence, note))


def after(second: int) -> str:
    if not second:
        return "At the opening"
    odd = second > HOUR and second % HOUR
    return f"After {second / HOUR:.4g} hours" if odd else f"After {duration(second)}"


def tell(scenario: Scenario) -> Told:
    """Play it to its decision; every step has to be an opening or a vote."""
    told = Told(Player(scenario))
    for event in scenario.events:
        if isinstance(event, OpenStep | VoteStep):
            tell_step(told, event)
        if told.refused:
            return told
    round_ = told.player.round
    if round_ and told.player.state is State.OPEN:
        least = (second_of(round_.opened_at) or 0) + round_.rule.min_open
        pass_time(told, max(least, told.ended_at))
        if told.player.state is State.OPEN:
            pass_time(told, second_of(round_.closes_at) or 0)
    return told


def tell_step(told: Told, step: OpenStep | VoteStep) -> None:
    player, second = told.player, step.at or 0
    pass_time(told, second)
    before = player.round and player.round.closes_at
    refused = player.take(step, second)
    if isinstance(step, OpenStep):
        tell_opening(told, refused)
        return
    if refused:
        told.add(second, "todo", f"{step.voter} is refused", SENTENCES[refused])
        return
    told.add(second, "cast", f"{step.voter} {VERBS[str(step.choice)]}")
    if player.round and player.round.closes_at != before:
        until = after(second_of(player.round.closes_at) or 0).lower()
        told.add(second, "wait", f"The vote is extended: it closes {until}")
    tell_decision(told)


def tell_opening(told: Told, refused: Refusal | None) -> None:
    told.refused = refused
    round_ = told.player.round
    if refused or round_ is None:
        return
    people = counted(len(round_.seats), "person", "people")
    weight = sum(seat.weight for seat in round_.seats)
    note = f"Together they weigh {weight}." if weight != len(round_.seats) else ""
    told.add(0, "todo", f"The vote opens: {people} may vote", note)


def pass_time(told: Told, second: int) -> None:
    was_open = told.player.state is State.OPEN
    told.player.advance(second)
    told.ended_at = second
    if was_open:
        tell_decision(told)


def tell_decision(told: Told) -> None:
    round_ = told.player.round
    if round_ is None or round_.decision is None or round_.decided_at is None:
        return
    state = State(round_.decision.result.value)
    how = "Decided early" if round_.decision.early else "The vote closes"
    second = second_of(round_.decided_at) or 0
    told.ended_at = max(second, told.ended_at)
    told.add(second, TONES[state], f"{how}: {state.value}")
