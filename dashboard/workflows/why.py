"""Why a round stands as it does: its conditions one by one, and its times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dashboard.workflows.models import Round
from dashboard.workflows.rules import Counts, EarlyDecision, Rule, Trigger
from dashboard.workflows.wording import duration


@dataclass(frozen=True)
class Condition:
    """One thing the rule asks for: what there is, what it takes."""

    name: str
    have: str
    need: str
    met: bool


@dataclass(frozen=True)
class Time:
    """One moment of a round, and what is to be known about it."""

    name: str
    at: datetime
    note: str = ""


@dataclass(frozen=True)
class Why:
    """What the page says about how a round came, or may come, to its decision."""

    conditions: list[Condition]
    missing: list[str]
    outlook: str
    times: list[Time]
    steps: list[dict[str, Any]]
    """What was looked at before it was clear whether a vote was needed."""


def why(round_: Round) -> Why:
    explained, rule = round_.explain, round_.frozen_rule
    return Why(
        conditions=conditions(explained, rule),
        missing=explained.get("missing", []),
        outlook=outlook(round_),
        times=times(round_, rule),
        steps=round_.oversight.get("reasons", []),
    )


def conditions(explained: dict[str, Any], rule: Rule) -> list[Condition]:
    """One line each; none for a round that had no vote."""
    if "quorum" not in explained:
        return []
    return [
        quorum(explained, rule),
        *threshold(explained),
        people(explained),
        *roles(explained),
        vetoes(explained),
    ]


def quorum(explained: dict[str, Any], rule: Rule) -> Condition:
    line = explained["quorum"]
    support = rule.quorum.counts is Counts.APPROVE_ABSTAIN
    verb = "approved or abstained" if support else "voted"
    have = f"{line['have']} of {explained['E']} {verb}{by_weight(explained)}"
    return Condition("Quorum", have, f"needs {line['need']}", line["met"])


def threshold(explained: dict[str, Any]) -> list[Condition]:
    line = explained["threshold"]
    if line is None:
        return []
    have = f"{line['have']} of {line['of']} approved{by_weight(explained)}"
    return [Condition("Threshold", have, f"needs {line['need']}", line["met"])]


def by_weight(explained: dict[str, Any]) -> str:
    """Older rounds do not say; then the numbers stand alone, as they did."""
    return ", by weight" if explained.get("weighted") else ""


def people(explained: dict[str, Any]) -> Condition:
    line = explained["approvers"]
    have = f"{line['have']} of {line['of']} people approved"
    met = line["have"] >= line["need"]
    return Condition("People", have, f"needs {line['need']}", met)


def roles(explained: dict[str, Any]) -> list[Condition]:
    return [
        Condition(
            f"From {role}",
            f"{line['have']} approved",
            f"needs {line['need']}",
            line["have"] >= line["need"],
        )
        for role, line in explained["roles"].items()
    ]


def vetoes(explained: dict[str, Any]) -> Condition:
    number = len(explained["veto"])
    have = {0: "None stands", 1: "1 stands"}.get(number, f"{number} stand")
    return Condition("Vetoes", have, "needs none", number == 0)


def outlook(round_: Round) -> str:
    """What may still become of an open round."""
    explained = round_.explain
    if not round_.is_open or "quorum" not in explained:
        return ""
    if explained["veto"]:
        return "As long as a veto stands, it cannot pass."
    if explained["can_still_pass"] and explained["can_still_fail"]:
        return "It can still pass, and it can still fail."
    may_change = round_.frozen_rule.vote_change
    unless = ", unless somebody changes their vote" if may_change else ""
    if explained["can_still_pass"]:
        return f"It can no longer fail{unless}."
    return f"It can no longer pass{unless}."


def times(round_: Round, rule: Rule) -> list[Time]:
    found = [Time("Opened", round_.opened_at)]
    if round_.voters and rule.min_open:
        least = round_.opened_at + timedelta(seconds=rule.min_open)
        found.append(Time("No decision before", least, "however certain it is"))
    if round_.voters:
        found.append(Time(end(round_), round_.closes_at, extension(round_, rule)))
    return found + decision_times(round_, rule)


def end(round_: Round) -> str:
    """What its deadline is, or was: it may have ended before."""
    if round_.decided_at is None:
        return "Closes"
    return "Would have closed" if round_.decided_at < round_.closes_at else "Closed"


def decision_times(round_: Round, rule: Rule) -> list[Time]:
    if round_.decided_at is None:
        return []
    found = [Time(decided(round_), round_.decided_at, soon(round_, rule))]
    if round_.ready_at and rule.timelock:
        waits = f"the rule waits {duration(rule.timelock)}"
        found.append(Time("May run from", round_.ready_at, waits))
    if round_.expires_at:
        window = f"{duration(rule.run_window or 0)} to use the approval"
        found.append(Time("Usable until", round_.expires_at, window))
    return found


def decided(round_: Round) -> str:
    ended = {"superseded": "Ended by a change", "cancelled": "Cancelled"}
    return ended.get(str(round_.outcome), "Decided")


def soon(round_: Round, rule: Rule) -> str:
    """Whether it was decided before its end, and why that was allowed."""
    if not round_.voters:
        return "without a vote"
    if not round_.early:
        return ""
    if rule.early_decision is EarlyDecision.SUFFICIENT and round_.outcome == "approved":
        return "early: enough had approved"
    return "early: no vote still to come could have changed it"


def extension(round_: Round, rule: Rule) -> str:
    """Why it closes later than it was opened for."""
    if not round_.is_extended:
        return ""
    cause = "the quorum came late"
    if rule.late_extension.trigger is Trigger.FLIP and not by_quorum(round_, rule):
        cause = "the outcome flipped late"
    was = round_.original_closes_at
    return f"extended from {was:%d %b %Y, %H:%M} UTC because {cause}"


def by_quorum(round_: Round, rule: Rule) -> bool:
    """Whether the quorum's coming, and nothing after it, moved the end."""
    if round_.quorum_reached_at is None:
        return False
    added = timedelta(seconds=rule.late_extension.seconds)
    return round_.closes_at <= round_.quorum_reached_at + added
