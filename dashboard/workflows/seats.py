"""A round's people: how each of them votes, and how they voted before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.workflows.models import Round, RoundVoter, Vote
from dashboard.workflows.rules import EarlyDecision
from dashboard.workflows.voting import Ballot, Choice, Result, early


@dataclass(frozen=True)
class EarlierVote:
    """A vote that counts no more: another mind, or a guardian, took its place."""

    choice: str
    reason: str
    cast_at: datetime
    voided_at: datetime | None
    voided_by: str
    void_reason: str


@dataclass(frozen=True)
class BallotLine:
    """One person of the electorate and how they voted, if they did."""

    user_id: UUID
    name: str
    weight: int
    roles: Sequence[str]
    can_veto: bool
    gone: bool
    choice: str | None
    reason: str
    cast_at: datetime | None
    earlier: list[EarlierVote]

    @property
    def voided(self) -> EarlierVote | None:
        return next((vote for vote in self.earlier if vote.voided_at), None)

    @property
    def has_left(self) -> bool:
        """Gone for another reason than that their vote was voided."""
        return self.gone and self.voided is None

    @property
    def replaced(self) -> list[EarlierVote]:
        return [vote for vote in self.earlier if not vote.voided_at]


def ballot_lines(round_: Round | None) -> list[BallotLine]:
    """Everybody who may vote: those who did first, then those who are missing."""
    if round_ is None:
        return []
    lines = [line_of(round_, voter) for voter in round_.voters]
    return sorted(
        lines,
        key=lambda line: (line.choice is None, not line.earlier, line.name.casefold()),
    )


def line_of(round_: Round, voter: RoundVoter) -> BallotLine:
    vote = round_.vote_of(voter.user_id)
    own = [each for each in round_.votes if each.user_id == voter.user_id]
    return BallotLine(
        user_id=voter.user_id,
        name=voter.user.name,
        weight=voter.weight,
        roles=voter.roles,
        can_veto=voter.can_veto,
        gone=voter.gone,
        choice=vote.choice if vote else None,
        reason=vote.reason if vote else "",
        cast_at=vote.cast_at if vote else None,
        earlier=[earlier_vote(each) for each in own if not each.counts],
    )


def earlier_vote(vote: Vote) -> EarlierVote:
    return EarlierVote(
        choice=vote.choice,
        reason=vote.reason,
        cast_at=vote.cast_at,
        voided_at=vote.voided_at,
        voided_by=vote.voided_by.name if vote.voided_by else "",
        void_reason=vote.void_reason,
    )


def standing_vetoes(lines: Iterable[BallotLine]) -> list[BallotLine]:
    return [line for line in lines if line.choice == Choice.VETO]


def veto_ends_at(round_: Round) -> datetime:
    """When a veto that still stands ends the round: at its close, or once it may."""
    rule = round_.frozen_rule
    if rule.early_decision is EarlyDecision.OFF:
        return round_.closes_at
    return min(round_.opened_at + timedelta(seconds=rule.min_open), round_.closes_at)


VERDICTS = {
    Result.APPROVED: "approved",
    Result.REJECTED: "rejected",
    Result.LAPSED: "lapsed, as the quorum is out of reach",
}


def decided_by(round_: Round, voter_id: UUID, at: datetime) -> str:
    """What this person's vote would end at once, in a sentence; mostly nothing."""
    seat = round_.voter(voter_id)
    if seat is None or seat.gone:
        return ""
    others = [each for each in round_.ballots if each.voter != voter_id]
    offered = [c for c in Choice if seat.can_veto or c is not Choice.VETO]
    ends: dict[Result, list[str]] = {}
    for choice in offered:
        decision = early(
            round_.frozen_rule,
            round_.seats,
            [*others, Ballot(voter_id, choice)],
            opened_at=round_.opened_at,
            now=at,
        )
        if decision:
            ends.setdefault(decision.result, []).append(choice.value)
    parts = [
        f"if you {either(verbs)}, it is {VERDICTS[result]}"
        for result, verbs in ends.items()
    ]
    return f"Your vote decides at once: {'; '.join(parts)}." if parts else ""


def either(verbs: Sequence[str]) -> str:
    *first, last = verbs
    return f"{', '.join(first)} or {last}" if first else last
