"""What a piece of work saves, from how much of it there is; no database, no clock.

hours = tasks × minutes / 60; labour = hours × automation × wage;
errors = tasks × error rate × cost of an error × automation;
scaling = tasks × automation × value of a task done sooner. A week saves their sum, a
month 4.33 times that, a year 52 times.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

WEEKS_IN_A_MONTH = Decimal("4.33")
WEEKS_IN_A_YEAR = 52
WORKING_DAYS = 5
MINUTES_IN_AN_HOUR = 60
CENT = Decimal("0.01")


class Per(StrEnum):
    """In what time so many tasks come."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def weekly(self) -> Decimal:
        """By what their number is multiplied for a week."""
        return {
            Per.DAY: Decimal(WORKING_DAYS),
            Per.WEEK: Decimal(1),
            Per.MONTH: 1 / WEEKS_IN_A_MONTH,
        }[self]


class Unit(StrEnum):
    """In what the time of one task is given."""

    MINUTES = "minutes"
    HOURS = "hours"


class Rating(StrEnum):
    STELLAR = "stellar"
    EXCELLENT = "excellent"
    STRONG = "strong"
    VIABLE = "viable"
    MARGINAL = "marginal"


RATINGS = (
    (20_000, Rating.STELLAR),
    (10_000, Rating.EXCELLENT),
    (5_000, Rating.STRONG),
    (1_000, Rating.VIABLE),
)
"""From so many dollars a year on."""


@dataclass(frozen=True)
class Work:
    """Some repeated work, as it is today and as it would be helped with."""

    volume: Decimal
    per: Per
    time: Decimal
    unit: Unit
    wage: Decimal
    automation: Decimal
    """The part that is taken over: 0.8, or 80 for the same in per cent."""
    error_rate: Decimal = Decimal(0)
    cost_per_error: Decimal = Decimal(0)
    value: Decimal = Decimal(0)
    """What a task is worth that is done sooner."""

    @property
    def tasks(self) -> Decimal:
        """A week."""
        return self.volume * self.per.weekly

    @property
    def hours(self) -> Decimal:
        """A week."""
        minutes = self.time * (MINUTES_IN_AN_HOUR if self.unit is Unit.HOURS else 1)
        return self.tasks * minutes / MINUTES_IN_AN_HOUR

    @property
    def share(self) -> Decimal:
        return part_of(self.automation)


@dataclass(frozen=True)
class Savings:
    """Dollars, to the cent."""

    labour: Decimal
    errors: Decimal
    scaling: Decimal
    weekly: Decimal
    monthly: Decimal
    yearly: Decimal
    tasks: Decimal
    hours: Decimal
    rating: Rating

    @property
    def whole(self) -> int:
        """A week's, in whole dollars: what a council's threshold is held against."""
        return int(self.weekly.to_integral_value(ROUND_HALF_UP))

    def as_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in vars(self).items()}


def savings_of(work: Work) -> Savings:
    labour = work.hours * work.share * work.wage
    errors = work.tasks * part_of(work.error_rate) * work.cost_per_error * work.share
    scaling = work.tasks * work.share * work.value
    weekly = labour + errors + scaling
    return Savings(
        labour=to_cents(labour),
        errors=to_cents(errors),
        scaling=to_cents(scaling),
        weekly=to_cents(weekly),
        monthly=to_cents(weekly * WEEKS_IN_A_MONTH),
        yearly=to_cents(weekly * WEEKS_IN_A_YEAR),
        tasks=to_cents(work.tasks),
        hours=to_cents(work.hours),
        rating=rating_of(weekly * WEEKS_IN_A_YEAR),
    )


def rating_of(yearly: Decimal) -> Rating:
    return next((word for least, word in RATINGS if yearly >= least), Rating.MARGINAL)


def part_of(number: Decimal) -> Decimal:
    """A part of the whole; what is more than the whole is meant in per cent."""
    return number / 100 if number > 1 else number


def to_cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def number_in(inputs: Mapping[str, Any], name: str) -> Decimal:
    """An input as the number it is written as; 0 if it is left out."""
    return Decimal(str(inputs.get(name) or 0))
