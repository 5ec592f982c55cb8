"""The overview, as JSON has it."""

from datetime import date, datetime
from uuid import UUID

from dashboard.runs.models import RunStatus
from dashboard.schemas import Out


class WaitingOut(Out):
    id: UUID
    number: int
    title: str
    council: str
    closes_at: datetime
    headline: str


class RunOut(Out):
    id: UUID
    name: str
    status: RunStatus
    error: str
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class DayOut(Out):
    day: date
    completed: int
    failed: int
    other: int


class DecisionDayOut(Out):
    day: date
    approved: int
    rejected: int
    lapsed: int


class DecisionsOut(Out):
    """Turnout is whole per cent; the time is the median of all that was voted on."""

    days: list[DecisionDayOut]
    decision_seconds: float | None
    turnout: int | None


class MoverOut(Out):
    """An agent whose score changed within seven days."""

    id: UUID
    name: str
    score: int
    change: int


class DeedOut(Out):
    seq: int
    at: datetime
    sentence: str


class HomeOut(Out):
    waiting_total: int
    running_total: int
    queued_total: int
    failed_24h: int
    success_rate_7d: int | None
    waiting: list[WaitingOut]
    running: list[RunOut]
    failed: list[RunOut]
    days: list[DayOut]
    decisions: DecisionsOut
    moving: list[MoverOut]
    changed: list[DeedOut]
