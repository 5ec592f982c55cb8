"""The chart above the list: when runs began, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import log10
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.runs.listing import Listing
from dashboard.runs.models import Run, RunStatus
from dashboard.templating import duration
from dashboard.workflows.models import Workflow

MOST = 300
"""How many dots; more would hide each other."""
HEIGHT = 132
SHOWN = (
    Run.id,
    Run.status,
    Run.started_at,
    Run.ended_at,
    Workflow.title,
    Bot.name,
)
SCALE = (0.1, 1.0, 10.0, 60.0, 600.0, 3_600.0, 36_000.0)
"""Seconds that get a line, as far as they are needed."""
LOOKS = {
    RunStatus.COMPLETED: "s-done",
    RunStatus.RUNNING: "s-run",
    RunStatus.FAILED: "s-bad",
    RunStatus.BLOCKED: "s-warn",
    RunStatus.NEEDS_REVIEW: "s-warn",
}


@dataclass(frozen=True)
class Dot:
    id: UUID
    name: str
    status: RunStatus
    at: datetime
    seconds: float
    x: float
    y: float

    @property
    def look(self) -> str:
        return LOOKS.get(self.status, "s-mute")

    @property
    def when(self) -> str:
        return f"{self.at.astimezone(UTC):%d %b, %H:%M}"


@dataclass(frozen=True)
class Chart:
    """Dots over time, on a scale on which a second and an hour both can be seen."""

    dots: list[Dot]
    lines: list[tuple[float, str]]
    """Heights with a line, and the durations they stand for."""

    @property
    def first(self) -> Dot:
        return self.dots[-1]

    @property
    def last(self) -> Dot:
        return self.dots[0]


def chart_of(listing: Listing) -> Chart | None:
    """The newest runs of the list that began; none if fewer than two did."""
    rows = listing.pages.recent(MOST, *SHOWN)
    begun = [row for row in rows if row.started_at]
    return drawn(begun) if len(begun) > 1 else None


def drawn(rows: Sequence[Row[Any]]) -> Chart:
    took = [seconds_of(row) for row in rows]
    low, high = scale_for(took)
    begins = [row.started_at for row in rows]
    oldest, span = min(begins), (max(begins) - min(begins)).total_seconds() or 1
    dots = [
        Dot(
            id=row.id,
            name=row.title or row.name or "Run",
            status=row.status,
            at=row.started_at,
            seconds=seconds,
            x=round((row.started_at - oldest).total_seconds() / span * 100, 1),
            y=height_of(seconds, low, high),
        )
        for row, seconds in zip(rows, took, strict=True)
    ]
    shown = [each for each in SCALE if low <= each <= high]
    return Chart(dots, [(height_of(s, low, high), duration(s)) for s in shown])


def seconds_of(row: Row[Any]) -> float:
    """How long it ran, or runs already."""
    return max(0.0, ((row.ended_at or now()) - row.started_at).total_seconds())


def scale_for(took: Sequence[float]) -> tuple[float, float]:
    """The lines just below the shortest and just above the longest."""
    low = max((s for s in SCALE if s <= min(took)), default=SCALE[0])
    above = (s for s in SCALE if s >= max(took) and s > low)
    return low, min(above, default=max(*took, low * 10))


def height_of(seconds: float, low: float, high: float) -> float:
    """From the top of the chart, in pixels."""
    share = (log10(max(seconds, low)) - log10(low)) / (log10(high) - log10(low))
    return round(8 + (1 - share) * HEIGHT, 1)
