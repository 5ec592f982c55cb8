"""What a vote decides: exact integers, without database and without clock."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.workflows.rules import (
    Base,
    Counts,
    EarlyDecision,
    ReasonRequired,
    Rule,
    Share,
    Trigger,
)


class Choice(StrEnum):
    APPROVE = "approve"
    REJECT = "reject"
    ABSTAIN = "abstain"
    VETO = "veto"


class Result(StrEnum):
    """The council said yes, said no, or did not answer."""

    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Reason(StrEnum):
    PASSED = "passed"
    THRESHOLD_NOT_MET = "threshold_not_met"
    TIE = "tie"
    QUORUM_NOT_MET = "quorum_not_met"
    MIN_APPROVALS_NOT_MET = "min_approvals_not_met"
    ROLE_MISSING = "role_missing"
    VETOED = "vetoed"
    NO_VOTES = "no_votes"
    NO_REVIEW_REQUIRED = "no_review_required"
    TYPE_BLOCKED = "type_blocked"
    AGENT_RESTRICTED = "agent_restricted"


class Refusal(StrEnum):
    """Why a step is refused, as the API names it, in the order of the checks."""

    NOT_OPEN = "not_open"
    STALE_REVISION = "stale_revision"
    NOT_ELIGIBLE = "not_eligible"
    INVALID_CHOICE = "invalid_choice"
    VETO_NOT_ALLOWED = "veto_not_allowed"
    REASON_REQUIRED = "reason_required"
    ALREADY_VOTED = "already_voted"
    WRONG_STATE = "wrong_state"
    NOT_AUTHORIZED = "not_authorized"
    FROZEN = "frozen"
    TOO_EARLY = "too_early"
    INVALID_RULE = "invalid_rule"
    NO_ELIGIBLE_VOTERS = "no_eligible_voters"
    RULE_UNSATISFIABLE = "rule_unsatisfiable"


@dataclass(frozen=True)
class Seat:
    """One person's place in the electorate, as it was when the round opened.

    Whoever left, or whose vote was voided, is gone: their weight still counts.
    """

    voter: Hashable
    weight: int
    roles: frozenset[str] = frozenset()
    can_veto: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Ballot:
    """The one vote of a person that counts now."""

    voter: Hashable
    choice: Choice


@dataclass(frozen=True)
class Decision:
    result: Result
    reason: Reason
    early: bool = False


@dataclass(frozen=True)
class Tally:
    """Weights by choice, and the people behind the approvals."""

    approve: int
    reject: int
    abstain: int
    eligible: int
    approvers: int
    roles: dict[str, int]
    vetoes: tuple[Hashable, ...]

    @property
    def cast(self) -> int:
        return self.approve + self.reject

    @property
    def present(self) -> int:
        return self.cast + self.abstain

    def base(self, base: Base) -> int:
        sizes = {Base.CAST: self.cast, Base.PRESENT: self.present}
        return sizes.get(base, self.eligible)

    def participation(self, counts: Counts) -> int:
        return self.present if counts is Counts.ALL else self.approve + self.abstain


def tally(seats: Iterable[Seat], ballots: Iterable[Ballot]) -> Tally:
    """Add up. A veto weighs like a reject; a ballot without a seat is nothing."""
    seats = tuple(seats)
    choices = {ballot.voter: ballot.choice for ballot in ballots}
    weights: Counter[Choice] = Counter()
    for seat in seats:
        if seat.voter in choices:
            weights[choices[seat.voter]] += seat.weight
    approving = [s for s in seats if choices.get(s.voter) == Choice.APPROVE]
    return Tally(
        approve=weights[Choice.APPROVE],
        reject=weights[Choice.REJECT] + weights[Choice.VETO],
        abstain=weights[Choice.ABSTAIN],
        eligible=sum(seat.weight for seat in seats),
        approvers=len(approving),
        roles=dict(Counter(role for seat in approving for role in seat.roles)),
        vetoes=tuple(s.voter for s in seats if choices.get(s.voter) == Choice.VETO),
    )


def least(num: int, den: int, of: int, strict: bool) -> int:
    """The least integer that reaches num/den of it, or exceeds it when strict."""
    return of * num // den + 1 if strict else -(-of * num // den)


def is_met(share: Share, have: int, of: int) -> bool:
    have, needed = have * share.den, of * share.num
    return have > needed if share.strict else have >= needed


def meets_quorum(rule: Rule, count: Tally) -> bool:
    have = count.participation(rule.quorum.counts)
    return is_met(rule.quorum, have, count.eligible)


def meets_threshold(rule: Rule, count: Tally) -> bool:
    if rule.threshold is None or not count.approve:
        return count.approve > 0
    of = count.base(rule.threshold.base)
    return is_met(rule.threshold, count.approve, of)


def missing_roles(rule: Rule, count: Tally) -> dict[str, int]:
    """How many approvals each required role is short of."""
    short = {
        role: least - count.roles.get(role, 0)
        for role, least in rule.required_roles.items()
    }
    return {role: number for role, number in short.items() if number > 0}


def is_tie(rule: Rule, count: Tally) -> bool:
    share = rule.threshold
    if share is None or not share.strict or share.base is not Base.CAST:
        return False
    return 2 * share.num == share.den and count.approve == count.reject > 0


def decide(rule: Rule, seats: Sequence[Seat], ballots: Sequence[Ballot]) -> Decision:
    """What these votes mean when the round closes; the first finding wins."""
    count = tally(seats, ballots)
    if count.vetoes:
        return Decision(Result.REJECTED, Reason.VETOED)
    if not count.present:
        return Decision(Result.LAPSED, Reason.NO_VOTES)
    if not is_met(rule.quorum, count.present, count.eligible):
        return Decision(Result.LAPSED, Reason.QUORUM_NOT_MET)
    if not meets_threshold(rule, count):
        tied = is_tie(rule, count)
        reason = Reason.TIE if tied else Reason.THRESHOLD_NOT_MET
        return Decision(Result.REJECTED, reason)
    if not meets_quorum(rule, count):
        return Decision(Result.REJECTED, Reason.QUORUM_NOT_MET)
    if count.approvers < rule.min_approvals:
        return Decision(Result.REJECTED, Reason.MIN_APPROVALS_NOT_MET)
    if missing_roles(rule, count):
        return Decision(Result.REJECTED, Reason.ROLE_MISSING)
    return Decision(Result.APPROVED, Reason.PASSED)


def passes(rule: Rule, seats: Sequence[Seat], ballots: Sequence[Ballot]) -> bool:
    return decide(rule, seats, ballots).result is Result.APPROVED


def undecided(seats: Sequence[Seat], ballots: Sequence[Ballot]) -> list[Seat]:
    """Those who have not voted and still may."""
    voted = {ballot.voter for ballot in ballots}
    return [seat for seat in seats if not seat.gone and seat.voter not in voted]


def if_all(
    choice: Choice, seats: Sequence[Seat], ballots: Sequence[Ballot]
) -> list[Ballot]:
    """The votes if everybody undecided chose the same."""
    rest = undecided(seats, ballots)
    return [*ballots, *(Ballot(seat.voter, choice) for seat in rest)]


def can_still_pass(
    rule: Rule, seats: Sequence[Seat], ballots: Sequence[Ballot]
) -> bool:
    """Whether it passes in the best case: one more approval never hurts."""
    return passes(rule, seats, if_all(Choice.APPROVE, seats, ballots))


def can_still_fail(
    rule: Rule, seats: Sequence[Seat], ballots: Sequence[Ballot]
) -> bool:
    """Whether silence, rejects or a veto of the undecided could stop it."""
    if any(seat.can_veto for seat in undecided(seats, ballots)):
        return True
    at_worst = if_all(Choice.REJECT, seats, ballots)
    return not (passes(rule, seats, ballots) and passes(rule, seats, at_worst))


def satisfiable(rule: Rule, seats: Sequence[Seat]) -> bool:
    return can_still_pass(rule, seats, [])


# Nobody tied and somebody may have voted: the votes to come were only supposed.
SUPPOSED = {
    Reason.TIE: Reason.THRESHOLD_NOT_MET,
    Reason.NO_VOTES: Reason.QUORUM_NOT_MET,
}


def early(
    rule: Rule,
    seats: Sequence[Seat],
    ballots: Sequence[Ballot],
    *,
    opened_at: datetime,
    now: datetime,
) -> Decision | None:
    """The decision before the deadline, once nothing can change it."""
    off = rule.early_decision is EarlyDecision.OFF
    if off or now < opened_at + timedelta(seconds=rule.min_open):
        return None
    at_best = decide(rule, seats, if_all(Choice.APPROVE, seats, ballots))
    if at_best.result is not Result.APPROVED:
        reason = SUPPOSED.get(at_best.reason, at_best.reason)
        return Decision(at_best.result, reason, early=True)
    enough = (
        passes(rule, seats, ballots)
        if rule.early_decision is EarlyDecision.SUFFICIENT
        else not can_still_fail(rule, seats, ballots)
    )
    return replace(at_best, early=True) if enough else None


def extended(
    rule: Rule,
    before: Sequence[Ballot],
    after: Sequence[Ballot],
    seats: Sequence[Seat],
    *,
    at: datetime,
    closes_at: datetime,
    original_closes_at: datetime,
    quorum_reached_before: bool,
) -> datetime:
    """The deadline after a vote: never earlier, never past twice the period."""
    had_quorum = quorum_reached_before or meets_quorum(rule, tally(seats, before))
    reached = not had_quorum and meets_quorum(rule, tally(seats, after))
    flipped = rule.late_extension.trigger is Trigger.FLIP and (
        passes(rule, seats, before) != passes(rule, seats, after)
    )
    if not (reached or flipped):
        return closes_at
    latest = original_closes_at + timedelta(seconds=rule.voting_period)
    wished = at + timedelta(seconds=rule.late_extension.seconds)
    return max(closes_at, min(wished, latest))


def refusal(
    rule: Rule,
    seats: Sequence[Seat],
    ballots: Sequence[Ballot],
    *,
    is_open: bool,
    voter: Hashable,
    choice: str,
    reason_text: str,
    revision: int,
    current_revision: int,
) -> Refusal | None:
    """Why this vote is not accepted; the first finding wins."""
    seat = next((s for s in seats if s.voter == voter and not s.gone), None)
    if not is_open:
        return Refusal.NOT_OPEN
    if revision != current_revision:
        return Refusal.STALE_REVISION
    if seat is None:
        return Refusal.NOT_ELIGIBLE
    if choice not in tuple(Choice):
        return Refusal.INVALID_CHOICE
    if choice == Choice.VETO and not seat.can_veto:
        return Refusal.VETO_NOT_ALLOWED
    if needs_reason(rule, Choice(choice)) and not says_something(reason_text):
        return Refusal.REASON_REQUIRED
    if not rule.vote_change and any(b.voter == voter for b in ballots):
        return Refusal.ALREADY_VOTED
    return None


def needs_reason(rule: Rule, choice: Choice) -> bool:
    if choice is Choice.VETO or rule.reason_required is ReasonRequired.ALWAYS:
        return True
    on_reject = rule.reason_required is ReasonRequired.ON_REJECT
    return on_reject and choice is Choice.REJECT


def says_something(text: str) -> bool:
    """Blanks are no reason, nor are characters that leave no mark."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)
