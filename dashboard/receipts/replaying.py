"""A round played again: who might vote, when, on what, and what it came to."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from dashboard.receipts.findings import Wrong
from dashboard.receipts.schemas import CastVote, RoundPart
from dashboard.receipts.spelling import canonical, digest
from dashboard.workflows.explain import arithmetic
from dashboard.workflows.timing import usable
from dashboard.workflows.voting import (
    Ballot,
    Choice,
    Decision,
    Reason,
    Result,
    decide,
    early,
    extended,
    meets_quorum,
    tally,
)

UNVOTED = {
    Reason.NO_REVIEW_REQUIRED: Result.APPROVED,
    Reason.TYPE_BLOCKED: Result.REJECTED,
    Reason.AGENT_RESTRICTED: Result.REJECTED,
}
"""What oversight decides before anybody votes, and how."""
NUMBERS = ("A", "R", "N", "E", "quorum", "threshold", "approvers", "roles", "veto")
"""What of the explanation is arithmetic; the rest are words about it."""


def wrong_in(path: str, round_: RoundPart) -> Wrong:
    """Everything about one round that cannot have been so."""
    if digest(round_.content) != round_.content_hash:
        yield f"{path}/content", "what was judged is not what its digest says."
    try:
        yield from wrong_seats(path, round_)
        yield from wrong_times(path, round_)
        yield from wrong_votes(path, round_)
        yield from wrong_decision(path, round_)
    except OverflowError:
        yield path, "a time in it lies beyond the calendar."


def wrong_seats(path: str, round_: RoundPart) -> Wrong:
    seen = set()
    for number, each in enumerate(round_.electorate):
        if each.user.id in seen:
            yield f"{path}/electorate/{number}", f"{each.user.name} stands there twice."
        seen.add(each.user.id)


def wrong_votes(path: str, round_: RoundPart) -> Wrong:
    may_veto = {each.user.id for each in round_.electorate if each.can_veto}
    live = Counter(vote.user.id for vote in round_.votes if vote.counts)
    for number, vote in enumerate(round_.votes):
        place, name = f"{path}/votes/{number}", vote.user.name
        if (vote.revision, vote.content_hash) != (round_.revision, round_.content_hash):
            yield place, f"{name} voted on another content than was decided."
        if vote.user.id not in round_.voters:
            yield place, f"{name} has no seat in this round."
        if vote.choice is Choice.VETO and vote.user.id not in may_veto:
            yield place, f"{name} may not veto."
        if vote.counts and live[vote.user.id] > 1:
            yield place, f"{name} has more than one vote that counts."


def wrong_times(path: str, round_: RoundPart) -> Wrong:
    """The deadline as the votes moved it, and what follows from the decision."""
    period = timedelta(seconds=round_.rule.voting_period)
    closes, quorum_at = round_.original_closes_at, None
    if closes != round_.opened_at + period:
        yield path, "the first deadline is not the opening plus the voting period."
    if not closes <= round_.closes_at <= round_.opened_at + 2 * period:
        yield path, "the deadline is earlier than the first one, or past two periods."
    before: list[Ballot] = []
    for turn in turns(round_.votes):
        if not round_.opened_at <= turn.at < closes:
            place = f"{path}/votes/{turn.number}"
            yield place, "this happened outside of the time for voting."
        after = turn.applied(before)
        quorum_at, closes = moved(round_, before, after, turn.at, closes, quorum_at)
        before = after
    if set(before) != set(round_.ballots):
        yield f"{path}/votes", "those that count are not the last ones of each voter."
    if closes != round_.closes_at:
        said = f"{closes.isoformat()} and not {round_.closes_at.isoformat()}"
        yield path, f"with these votes the deadline was {said}."
    if quorum_at != round_.quorum_reached_at:
        yield path, "with these votes the quorum was reached at another time."
    yield from wrong_periods(path, round_)


class Turn(NamedTuple):
    """One vote being cast, or taken out for good."""

    at: datetime
    is_void: bool
    number: int
    vote: CastVote

    def applied(self, before: list[Ballot]) -> list[Ballot]:
        """The votes that count after it."""
        others = [ballot for ballot in before if ballot.voter != self.vote.user.id]
        return others if self.is_void else [*others, Ballot(*self.ballot)]

    @property
    def ballot(self) -> tuple[str, Choice]:
        return self.vote.user.id, self.vote.choice


def turns(votes: list[CastVote]) -> list[Turn]:
    """In the order in which it happened; of one moment, as the votes are numbered."""
    cast = [Turn(vote.cast_at, False, n, vote) for n, vote in enumerate(votes)]
    voided = [
        Turn(vote.voided_at, True, n, vote)
        for n, vote in enumerate(votes)
        if vote.voided_at
    ]
    return sorted(cast + voided, key=lambda turn: (turn.at, turn.is_void, turn.number))


def moved(
    round_: RoundPart,
    before: list[Ballot],
    after: list[Ballot],
    at: datetime,
    closes: datetime,
    quorum_at: datetime | None,
) -> tuple[datetime | None, datetime]:
    """When the quorum was reached and when the vote closes, after this turn."""
    rule, seats = round_.rule, round_.seats
    closes = extended(
        rule,
        before,
        after,
        seats,
        at=at,
        closes_at=closes,
        original_closes_at=round_.original_closes_at,
        quorum_reached_before=quorum_at is not None,
    )
    if quorum_at is None and meets_quorum(rule, tally(seats, after)):
        quorum_at = at
    return quorum_at, closes


def wrong_periods(path: str, round_: RoundPart) -> Wrong:
    decided = round_.decided_at
    if decided and not round_.opened_at <= decided <= round_.closes_at:
        yield path, "it was decided before its opening or after its deadline."
    for number, vote in enumerate(round_.votes):
        if decided and vote.cast_at > decided:
            yield f"{path}/votes/{number}", "this was cast after the decision."
    approved = round_.is_decided and round_.outcome == Result.APPROVED
    span = usable(round_.rule, decided) if decided and approved else (None, None)
    if (round_.ready_at, round_.expires_at) != span:
        yield path, "the wait or the time to run is not what the rule gives."


def wrong_decision(path: str, round_: RoundPart) -> Wrong:
    if not round_.is_decided or round_.decided_at is None:
        return
    if round_.reason in set(UNVOTED):
        yield from wrong_unvoted(path, round_)
        return
    told = (round_.outcome, round_.reason, round_.early)
    found = replayed(round_, round_.decided_at)
    if found is None:
        yield path, "with these votes nothing was decided yet at that moment."
    elif told != (found.result, found.reason, found.early):
        was = "early" if found.early else "at the deadline"
        text = f"with these votes it is {found.result} ({found.reason}) {was}"
        yield path, f"{text}, and not {round_.outcome} ({round_.reason})."
    yield from wrong_numbers(path, round_)


def replayed(round_: RoundPart, at: datetime) -> Decision | None:
    seats, ballots = round_.seats, round_.ballots
    if at < round_.closes_at:
        return early(round_.rule, seats, ballots, opened_at=round_.opened_at, now=at)
    return decide(round_.rule, seats, ballots)


def wrong_unvoted(path: str, round_: RoundPart) -> Wrong:
    if round_.outcome != UNVOTED[Reason(round_.reason)]:
        yield path, f"{round_.reason} does not mean {round_.outcome}."
    if round_.votes or round_.early or round_.decided_at != round_.opened_at:
        yield path, "it was decided without a vote, and still there are signs of one."


def wrong_numbers(path: str, round_: RoundPart) -> Wrong:
    count = tally(round_.seats, round_.ballots)
    found = arithmetic(round_.rule, round_.seats, count)
    for name in differing(found, round_.explain):
        told = canonical(round_.explain.get(name))
        text = f"{name} is {told}, and these votes give {canonical(found[name])}."
        yield f"{path}/explain", text


def differing(found: dict[str, object], told: dict[str, object]) -> Iterator[str]:
    for name in NUMBERS:
        if canonical(found[name]) != canonical(told.get(name)):
            yield name
