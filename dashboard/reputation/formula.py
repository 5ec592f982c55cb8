"""The score, from what a record adds up to: pure, exact and versioned."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

FULL = 10_000
FEW = 10
"""Below this many actions a score says little, and is shown as such."""
CURRENT = 1
"""The version by which new rows are scored."""
MOST_SAVINGS = 500_000
MOST_ACTIONS = 1_500


class Level(StrEnum):
    LEGENDARY = "legendary"
    MASTER = "master"
    EXPERT = "expert"
    ADVANCED = "advanced"
    INTERMEDIATE = "intermediate"
    BEGINNER = "beginner"


LEVELS = {
    Level.LEGENDARY: 9_000,
    Level.MASTER: 8_000,
    Level.EXPERT: 7_000,
    Level.ADVANCED: 6_000,
    Level.INTERMEDIATE: 4_000,
    Level.BEGINNER: 0,
}
"""From how many points on."""


@dataclass(frozen=True)
class Record:
    """What an agent has done so far."""

    actions: int = 0
    successes: int = 0
    savings: int = 0
    """Dollars a year."""
    adjustment: int = 0
    """Points that people added or took."""

    def __add__(self, other: "Record") -> "Record":
        return Record(
            self.actions + other.actions,
            self.successes + other.successes,
            self.savings + other.savings,
            self.adjustment + other.adjustment,
        )

    @property
    def is_thin(self) -> bool:
        """Too few actions to say much."""
        return self.actions < FEW

    @property
    def success_rate(self) -> int | None:
        """Whole per cent; none before the first action."""
        return self.successes * 100 // self.actions if self.actions else None


class Part(NamedTuple):
    """One of the three things a score is made of."""

    letter: str
    name: str
    value: Fraction
    """From 0 to 1."""
    weight: Fraction

    @property
    def points(self) -> int:
        return rounded(self.value * self.weight * FULL)

    @property
    def most(self) -> int:
        return rounded(self.weight * FULL)

    @property
    def percent(self) -> int:
        return rounded(self.value * 100)


Formula = Callable[[Record], list[Part]]


def first(record: Record) -> list[Part]:
    """R = 0.5 S + 0.3 A + 0.2 V."""
    actions, successes = max(0, record.actions), max(0, record.successes)
    rate = Fraction(successes, actions) if actions else Fraction(0)
    return [
        Part("S", "Savings", share(record.savings, MOST_SAVINGS), Fraction(5, 10)),
        Part("A", "Success", min(Fraction(1), rate), Fraction(3, 10)),
        Part("V", "Volume", share(actions, MOST_ACTIONS), Fraction(2, 10)),
    ]


FORMULAS: dict[int, Formula] = {1: first}
"""Each row names its own: an old score stays what it was when the formula changes."""


def parts_of(record: Record, version: int = CURRENT) -> list[Part]:
    return FORMULAS[version](record)


def score_of(record: Record, version: int = CURRENT) -> int:
    """Points of 10,000, with what people adjusted by hand."""
    whole = sum((p.value * p.weight for p in parts_of(record, version)), Fraction(0))
    return min(FULL, max(0, rounded(whole * FULL) + record.adjustment))


def level_of(score: int) -> Level:
    return next(level for level, least in LEVELS.items() if score >= least)


def share(amount: int, most: int) -> Fraction:
    return min(Fraction(1), max(Fraction(0), Fraction(amount, most)))


def rounded(value: Fraction) -> int:
    """Half a point counts as one."""
    return int(value + Fraction(1, 2))
