"""A round's arithmetic, and what it means in sentences."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dashboard.workflows.rules import Base, Counts, Rule, Threshold
from dashboard.workflows.voting import (
    Ballot,
    Decision,
    Reason,
    Result,
    Seat,
    Tally,
    can_still_fail,
    can_still_pass,
    early,
    is_met,
    least,
    meets_quorum,
    meets_threshold,
    missing_roles,
    tally,
)
from dashboard.workflows.wording import listed


def explain(
    rule: Rule,
    seats: Sequence[Seat],
    ballots: Sequence[Ballot],
    *,
    opened_at: datetime,
    now: datetime,
    decision: Decision | None = None,
) -> dict[str, Any]:
    """Everything the page shows and the round stores about how a vote stands.

    Without a decision, votes that already decide count as decided; otherwise the
    round is open.
    """
    decision = decision or early(rule, seats, ballots, opened_at=opened_at, now=now)
    if decision:
        may_pass = decision.result is Result.APPROVED
        may_fail = not may_pass
    else:
        may_pass = can_still_pass(rule, seats, ballots)
        may_fail = can_still_fail(rule, seats, ballots)
    numbers = arithmetic(rule, seats, tally(seats, ballots))
    return numbers | {
        "certain": not (may_pass and may_fail),
        "can_still_pass": may_pass,
        "can_still_fail": may_fail,
        "verdict": verdict(decision, numbers),
    }


def arithmetic(rule: Rule, seats: Sequence[Seat], count: Tally) -> dict[str, Any]:
    weighted = any(seat.weight != 1 for seat in seats)
    roles = {
        role: {"have": count.roles.get(role, 0), "need": needed}
        for role, needed in rule.required_roles.items()
    }
    return {
        "A": count.approve,
        "R": count.reject,
        "N": count.abstain,
        "E": count.eligible,
        "quorum": quorum_line(rule, count),
        "threshold": threshold_line(rule, count),
        "approvers": {
            "have": count.approvers,
            "of": len(seats),
            "need": rule.min_approvals,
        },
        "roles": roles,
        "veto": [str(voter) for voter in count.vetoes],
        "missing": missing(rule, count, weighted),
        "weighted": weighted,
    }


def quorum_line(rule: Rule, count: Tally) -> dict[str, Any]:
    quorum = rule.quorum
    return {
        "have": count.participation(quorum.counts),
        "need": least(quorum.num, quorum.den, count.eligible, quorum.strict),
        "met": meets_quorum(rule, count),
    }


def threshold_line(rule: Rule, count: Tally) -> dict[str, Any] | None:
    """What is needed of the base as it is; nothing passes without one approval."""
    if rule.threshold is None:
        return None
    share, of = rule.threshold, count.base(rule.threshold.base)
    return {
        "have": count.approve,
        "of": of,
        "need": max(1, least(share.num, share.den, of, share.strict)),
        "met": meets_threshold(rule, count),
    }


def missing(rule: Rule, count: Tally, weighted: bool) -> list[str]:
    """What still has to happen before it would pass, one phrase each."""
    found = []
    if number := len(count.vetoes):
        found.append(f"{plural(number, 'veto', 'vetoes')} to be taken back")
    if not meets_quorum(rule, count):
        found.append(missing_for_quorum(rule, count, weighted))
    if rule.threshold and not meets_threshold(rule, count):
        found.append(missing_for_threshold(rule.threshold, count, weighted))
    short = rule.min_approvals - count.approvers
    if short > 0 and (rule.threshold is None or rule.min_approvals > 1):
        found.append(plural(short, "more person to approve", "more people to approve"))
    for role, number in missing_roles(rule, count).items():
        found.append(f"{plural(number, 'approval', 'approvals')} from {role}")
    return found


def missing_for_quorum(rule: Rule, count: Tally, weighted: bool) -> str:
    line = quorum_line(rule, count)
    kinds = ("vote", "votes")
    if rule.quorum.counts is Counts.APPROVE_ABSTAIN:
        kinds = ("approval or abstention", "approvals or abstentions")
    return f"{more(line['need'] - line['have'], *kinds, weighted)} for the quorum"


def missing_for_threshold(share: Threshold, count: Tally, weighted: bool) -> str:
    short = more_approvals(share, count)
    if short is not None:
        return more(short, "approval", "approvals", weighted)
    who = "rejected" if share.base is Base.CAST else "rejected or abstained"
    return f"everybody who {who} to approve instead"


def more(number: int, one: str, many: str, weighted: bool) -> str:
    """Where votes weigh more than one, a number of votes would mislead."""
    if weighted:
        return f"{many} worth {number} more"
    return f"{number} more {one if number == 1 else many}"


def more_approvals(share: Threshold, count: Tally) -> int | None:
    """How much weight must join in approving, or None if no amount is enough.

    Each approval that joins also enters the base, unless the base is everybody.
    """
    of = count.base(share.base)
    growth = 0 if share.base is Base.ELIGIBLE else share.num
    short, gain = of * share.num - count.approve * share.den, share.den - growth
    if gain == 0:
        return 1 if is_met(share, count.approve, of) else None
    return max(1, least(short, gain, 1, share.strict))


def verdict(decision: Decision | None, numbers: dict[str, Any]) -> str:
    """The outcome in one sentence, with the numbers that made it."""
    if decision is None:
        return open_verdict(numbers)
    name = decision.result.value.capitalize()
    return f"{name}: {because(decision, numbers)}."


def by_weight(numbers: dict[str, Any]) -> str:
    """Where votes weigh more than one, the numbers are no numbers of people."""
    return "by weight, " if numbers["weighted"] else ""


def open_verdict(numbers: dict[str, Any]) -> str:
    if not numbers["missing"]:
        return "Voting is open: as it stands, this passes."
    return f"Voting is open: still missing {listed(numbers['missing'])}."


def because(decision: Decision, numbers: dict[str, Any]) -> str:
    approved, rejected = numbers["A"], numbers["R"]
    match decision.reason:
        case Reason.VETOED:
            return "a veto stands"
        case Reason.TIE:
            tied = f"{approved} approved, {rejected} rejected"
            return f"{by_weight(numbers)}{tied}, and a tie changes nothing"
        case Reason.QUORUM_NOT_MET | Reason.NO_VOTES:
            return quorum_because(decision, numbers)
        case Reason.MIN_APPROVALS_NOT_MET:
            return people_because(numbers)
        case Reason.ROLE_MISSING:
            return f"missing {listed(numbers['missing'])}"
        case Reason.NO_REVIEW_REQUIRED:
            return "no review was required"
        case Reason.TYPE_BLOCKED:
            return "the council blocks this type"
        case Reason.AGENT_RESTRICTED:
            return "its agent may not ask for this"
        case _:
            return ratio_because(numbers)


def quorum_because(decision: Decision, numbers: dict[str, Any]) -> str:
    voted = numbers["A"] + numbers["R"] + numbers["N"]
    if not voted:
        return "nobody voted"
    if decision.result is Result.LAPSED:
        line = needed(voted, numbers["E"], numbers["quorum"]["need"], "voted")
        return by_weight(numbers) + line
    have, need = numbers["quorum"]["have"], numbers["quorum"]["need"]
    line = needed(have, numbers["E"], need, "approved or abstained")
    return by_weight(numbers) + line


def ratio_because(numbers: dict[str, Any]) -> str:
    if line := numbers["threshold"]:
        said = needed(line["have"], line["of"], line["need"], "approved")
        return by_weight(numbers) + said
    return people_because(numbers)


def people_because(numbers: dict[str, Any]) -> str:
    line = numbers["approvers"]
    return needed(line["have"], line["of"], line["need"], "people approved")


def needed(have: int, of: int, need: int, verb: str) -> str:
    was = "was" if need == 1 else "were"
    return f"{have} of {of} {verb} and {need} {was} needed"


def plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def headline(explained: dict[str, Any]) -> str:
    """The one line beside a title: "5 of 7, needs 5"."""
    if not explained["A"] + explained["R"] + explained["N"]:
        return "No votes"
    line = binding(explained)
    return f"{line['have']} of {line['of']}, needs {line['need']}"


def binding(explained: dict[str, Any]) -> dict[str, Any]:
    """The comparison that holds it up: the first that is not met, else the ratio."""
    ratio = explained["threshold"] or explained["approvers"]
    lines = [ratio, explained["approvers"]]
    if quorum := explained.get("quorum"):
        lines.append(quorum | {"of": explained["E"]})
    return next((line for line in lines if line["have"] < line["need"]), ratio)
