"""A round as the player keeps it: frozen at its opening, counted by the engine."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dashboard.simulation.schemas import Tallies
from dashboard.workflows.rules import Rule
from dashboard.workflows.timing import decision_due, usable
from dashboard.workflows.voting import (
    Ballot,
    Decision,
    Result,
    Seat,
    extended,
    meets_quorum,
    meets_threshold,
    tally,
)

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
"""The second 0 of every scenario."""


def moment(second: int) -> datetime:
    return EPOCH + timedelta(seconds=second)


def second_of(at: datetime | None) -> int | None:
    return None if at is None else (at - EPOCH) // timedelta(seconds=1)


@dataclass
class PlayedRound:
    """One vote on one revision, with all that was frozen when it opened."""

    rule: Rule
    seats: list[Seat]
    opened_at: datetime
    closes_at: datetime
    original_closes_at: datetime
    ballots: list[Ballot] = field(default_factory=list)
    quorum_reached: bool = False
    decision: Decision | None = None
    decided_at: datetime | None = None
    ready_at: datetime | None = None
    expires_at: datetime | None = None

    def has_vote_of(self, voter: str) -> bool:
        return any(ballot.voter == voter for ballot in self.ballots)

    def without(self, voter: str) -> list[Ballot]:
        return [ballot for ballot in self.ballots if ballot.voter != voter]

    def lose(self, voter: str) -> None:
        """They vote no more; their weight stays."""
        self.seats = [
            replace(seat, gone=True) if seat.voter == voter else seat
            for seat in self.seats
        ]

    def count(self, ballots: list[Ballot], at: datetime) -> None:
        """Another set of votes stands now; a late one may extend the round."""
        self.closes_at = extended(
            self.rule,
            self.ballots,
            ballots,
            self.seats,
            at=at,
            closes_at=self.closes_at,
            original_closes_at=self.original_closes_at,
            quorum_reached_before=self.quorum_reached,
        )
        self.ballots = ballots
        reached = meets_quorum(self.rule, tally(self.seats, ballots))
        self.quorum_reached = self.quorum_reached or reached

    def may_be_due(self, at: datetime) -> bool:
        """Whether time alone may decide: the last step was followed by a look."""
        waits = self.rule.min_open > 0
        least = self.opened_at + timedelta(seconds=self.rule.min_open)
        return at >= self.closes_at or (waits and at >= least)

    def settle(self, at: datetime, *, quiet: bool) -> Decision | None:
        """Decide, if that is due or certain; `quiet` as for `decision_due`."""
        found = decision_due(
            self.rule,
            self.seats,
            self.ballots,
            opened_at=self.opened_at,
            closes_at=self.closes_at,
            at=at,
            quiet=quiet,
        )
        if found is None:
            return None
        self.decision, self.decided_at = found
        if self.decision.result is Result.APPROVED:
            self.ready_at, self.expires_at = usable(self.rule, self.decided_at)
        return self.decision


def numbers(round_: PlayedRound) -> dict[str, object]:
    """The times and the arithmetic of the current round."""
    count = tally(round_.seats, round_.ballots)
    times = ("closes_at", "decided_at", "ready_at", "expires_at")
    return {name: second_of(getattr(round_, name)) for name in times} | {
        "early": bool(round_.decision and round_.decision.early),
        "tallies": Tallies(
            approve=count.approve,
            reject=count.reject,
            abstain=count.abstain,
            not_voted=count.eligible - count.present,
        ),
        "eligible_weight": count.eligible,
        "quorum_met": meets_quorum(round_.rule, count),
        "threshold_met": meets_threshold(round_.rule, count),
        "approvers": count.approvers,
    }
