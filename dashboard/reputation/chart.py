"""The line of an agent's score: a point for each row of its ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from dashboard.lists import write_cursor
from dashboard.reputation.formula import FULL

TOP, HEIGHT = 8, 132
STEP = 1_000
"""The scale begins and ends at a whole thousand."""


@dataclass(frozen=True)
class Point:
    number: int
    score: int
    change: int
    at: datetime
    x: float
    y: float

    @property
    def when(self) -> str:
        return f"{self.at.astimezone(UTC):%d %b %Y}"

    @property
    def cursor(self) -> str:
        """The page of the ledger that begins with this row."""
        return write_cursor([self.number + 1])


@dataclass(frozen=True)
class Chart:
    points: list[Point]
    """Oldest first."""
    lines: list[tuple[float, int]]
    """Heights with a line, and the scores they stand for."""


def chart_of(newest: Sequence[Row[Any]]) -> Chart | None:
    """The line of these rows, given newest first; none of fewer than two."""
    if len(newest) < 2:
        return None
    rows = newest[::-1]
    low, high = scale_for([row.score_after for row in rows])
    points = [
        Point(
            number=row.number,
            score=row.score_after,
            change=row.change,
            at=row.at,
            x=round(place / (len(rows) - 1) * 100, 2),
            y=height_of(row.score_after, low, high),
        )
        for place, row in enumerate(rows)
    ]
    middle = (low + high) // 2
    return Chart(points, [(height_of(s, low, high), s) for s in (low, middle, high)])


def scale_for(scores: Sequence[int]) -> tuple[int, int]:
    low = min(min(scores) // STEP * STEP, FULL - STEP)
    high = max(-(-max(scores) // STEP) * STEP, low + STEP)
    return low, high


def height_of(score: int, low: int, high: int) -> float:
    """From the top of the chart, in pixels."""
    return round(TOP + (high - score) / (high - low) * HEIGHT, 1)
