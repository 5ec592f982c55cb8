"""How a council is doing, computed from its decided rounds: numbers, no database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from statistics import median
from typing import Any
from uuid import UUID

from dashboard.workflows.voting import Choice, Result

SPANS = {30: 2, 90: 7, 365: 28}
"""How many days one point of a chart stands for, by the days looked at."""
CLOSE = 40
"""Per cent: a vote is close where the smaller side has at least so much."""
LOST = {
    Result.APPROVED: {Choice.REJECT, Choice.VETO},
    Result.REJECTED: {Choice.APPROVE},
    Result.LAPSED: set[Choice](),
}
"""Which votes an outcome went against."""


@dataclass(frozen=True)
class Taken:
    """One decided round, as stored; its names are the columns'."""

    outcome: str
    decided_at: datetime
    first_vote_seconds: float | None
    decision_seconds: float
    eligible_weight: int
    voted_weight: int
    approve_weight: int
    reject_weight: int
    early: bool
    extended_seconds: float

    @property
    def minority(self) -> int | None:
        """Per cent of approve and reject that the smaller side had."""
        smaller = min(self.approve_weight, self.reject_weight)
        return percent(smaller, self.approve_weight + self.reject_weight)


@dataclass(frozen=True)
class Seated:
    """One person in one decided round: whether, how and when they voted."""

    user_id: UUID
    name: str
    gone: bool
    outcome: str
    opened_at: datetime
    first_cast_at: datetime | None
    choice: str | None

    @property
    def was_asked(self) -> bool:
        """Who left before voting is not counted as silent."""
        return self.choice is not None or not self.gone

    @property
    def seconds(self) -> float | None:
        cast_at = self.first_cast_at
        return (cast_at - self.opened_at).total_seconds() if cast_at else None

    @property
    def was_outvoted(self) -> bool:
        return self.choice in LOST[Result(self.outcome)]


@dataclass(frozen=True)
class Span:
    """Some days in a row."""

    begins: date
    taken: Sequence[Taken]

    @property
    def approved(self) -> int:
        return count(self.taken, Result.APPROVED)

    @property
    def rejected(self) -> int:
        return count(self.taken, Result.REJECTED)

    @property
    def lapsed(self) -> int:
        return count(self.taken, Result.LAPSED)

    @property
    def turnout(self) -> int | None:
        return turnout(self.taken)

    @property
    def first_vote_seconds(self) -> float | None:
        return middle(each.first_vote_seconds for each in self.taken)

    @property
    def decision_seconds(self) -> float | None:
        return middle(each.decision_seconds for each in self.taken)

    @property
    def disagreement(self) -> int | None:
        return mean(each.minority for each in self.taken)

    def bar(self, *values: float | None) -> dict[str, Any]:
        """As the charts want it."""
        label = f"{self.begins.day} {self.begins:%b}"
        return {"label": label, "values": list(values)}


@dataclass(frozen=True)
class Member:
    """How one person took part."""

    user_id: UUID
    name: str
    asked: int
    voted: int
    median_seconds: float | None
    outvoted: int

    @property
    def share(self) -> int | None:
        return percent(self.voted, self.asked)


@dataclass(frozen=True)
class Health:
    """Everything the page and its charts show of one period."""

    days: int
    taken: Sequence[Taken]
    """The rounds that people voted on."""
    without_vote: int
    spans: Sequence[Span]
    members: Sequence[Member]
    is_capped: bool

    @property
    def decided(self) -> int:
        return len(self.taken)

    @property
    def approved(self) -> int:
        return count(self.taken, Result.APPROVED)

    @property
    def rejected(self) -> int:
        return count(self.taken, Result.REJECTED)

    @property
    def lapsed(self) -> int:
        return count(self.taken, Result.LAPSED)

    @property
    def turnout(self) -> int | None:
        return turnout(self.taken)

    @property
    def first_vote_seconds(self) -> float | None:
        return middle(each.first_vote_seconds for each in self.taken)

    @property
    def first_vote_seconds_p90(self) -> float | None:
        return ninetieth(each.first_vote_seconds for each in self.taken)

    @property
    def decision_seconds(self) -> float | None:
        return middle(each.decision_seconds for each in self.taken)

    @property
    def decision_seconds_p90(self) -> float | None:
        return ninetieth(each.decision_seconds for each in self.taken)

    @property
    def disagreement(self) -> int | None:
        return mean(each.minority for each in self.taken)

    @property
    def unanimous_share(self) -> int | None:
        sides = [side for each in self.taken if (side := each.minority) is not None]
        return percent(sides.count(0), len(sides))

    @property
    def close_share(self) -> int | None:
        sides = [side for each in self.taken if (side := each.minority) is not None]
        return percent(sum(side >= CLOSE for side in sides), len(sides))

    @property
    def early_share(self) -> int | None:
        return percent(sum(each.early for each in self.taken), self.decided)

    @property
    def extended_share(self) -> int | None:
        extended = sum(each.extended_seconds > 0 for each in self.taken)
        return percent(extended, self.decided)

    @property
    def lapsed_share(self) -> int | None:
        return percent(self.lapsed, self.decided)


def spans_of(taken: Sequence[Taken], days: int, at: datetime) -> list[Span]:
    """The period in equal parts, oldest first, also those without a decision."""
    length = SPANS[days]
    number = ceil(days / length)
    parts: list[list[Taken]] = [[] for _ in range(number)]
    for each in taken:
        ago = (at - each.decided_at).days // length
        parts[min(max(ago, 0), number - 1)].append(each)
    begins = [(at - timedelta(days=length * (n + 1) - 1)).date() for n in range(number)]
    return [Span(*part) for part in zip(begins, parts, strict=True)][::-1]


def members_of(seated: Iterable[Seated]) -> list[Member]:
    """Everybody who was asked, by name."""
    lines: dict[UUID, list[Seated]] = {}
    for seat in seated:
        if seat.was_asked:
            lines.setdefault(seat.user_id, []).append(seat)
    found = [member_of(line) for line in lines.values()]
    return sorted(found, key=lambda member: (member.name.casefold(), member.user_id))


def member_of(line: Sequence[Seated]) -> Member:
    return Member(
        user_id=line[0].user_id,
        name=line[0].name,
        asked=len(line),
        voted=sum(seat.choice is not None for seat in line),
        median_seconds=middle(seat.seconds for seat in line),
        outvoted=sum(seat.was_outvoted for seat in line),
    )


def count(taken: Iterable[Taken], result: Result) -> int:
    return sum(each.outcome == result for each in taken)


def turnout(taken: Sequence[Taken]) -> int | None:
    """Per cent of all the weight that was asked; a larger council weighs more."""
    voted = sum(each.voted_weight for each in taken)
    return percent(voted, sum(each.eligible_weight for each in taken))


def percent(part: int, whole: int) -> int | None:
    return (200 * part + whole) // (2 * whole) if whole else None


def middle(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return median(known) if known else None


def ninetieth(numbers: Iterable[float | None]) -> float | None:
    """The least number that nine of ten do not exceed."""
    known = sorted(number for number in numbers if number is not None)
    return known[ceil(len(known) * 0.9) - 1] if known else None


def mean(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return percent(sum(known), 100 * len(known)) if known else None
