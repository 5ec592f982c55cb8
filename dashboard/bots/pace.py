"""How the last runs of bots went, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select

from dashboard.bots.models import Bot
from dashboard.extensions import db
from dashboard.runs.models import Execution, StepStatus

DOTS = 10
SAMPLE = 100
GOING = {StepStatus.QUEUED, StepStatus.RUNNING}
LOOKS = {
    StepStatus.COMPLETED: "ok",
    StepStatus.QUEUED: "todo",
    StepStatus.RUNNING: "run",
    StepStatus.CANCELLED: "todo",
}


@dataclass(frozen=True)
class Dot:
    """One run in a strip: how it ended, and when."""

    status: StepStatus
    at: datetime | None

    @property
    def look(self) -> str:
        return LOOKS.get(self.status, "bad")

    @property
    def label(self) -> str:
        return self.status.value.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Pace:
    """The last runs, oldest first, and what half and nearly all of them took."""

    dots: list[Dot] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.seconds)

    def within(self, percent: int) -> float | None:
        """The time in which this share of the runs that ended were done."""
        if not self.seconds:
            return None
        place = -(-len(self.seconds) * percent // 100) - 1
        return sorted(self.seconds)[place]


def last_of(bot_id: UUID, count: int) -> Select[Any]:
    rows: Any = select(
        Execution.bot_id,
        Execution.id,
        Execution.status,
        Execution.started_at,
        Execution.ended_at,
    )
    rows = rows.where(Execution.bot_id == bot_id)
    return rows.order_by(Execution.id.desc()).limit(count)


def strips_of(bot_ids: Sequence[UUID]) -> dict[UUID, list[Dot]]:
    """The last runs of each, oldest first: one seek of the index a bot."""
    if not bot_ids:
        return {}
    each = [select(last_of(id_, DOTS).subquery()) for id_ in bot_ids]
    strips: dict[UUID, list[Dot]] = {}
    rows = db.session.execute(sa.union_all(*each)).all()
    for row in sorted(rows, key=lambda row: row.id):
        dot = Dot(row.status, row.ended_at or row.started_at)
        strips.setdefault(row.bot_id, []).append(dot)
    return strips


def pace_of(bot: Bot) -> Pace:
    rows = db.session.execute(last_of(bot.id, SAMPLE)).all()[::-1]
    return Pace(
        dots=[Dot(row.status, row.ended_at or row.started_at) for row in rows],
        seconds=[
            (row.ended_at - row.started_at).total_seconds()
            for row in rows
            if row.started_at and row.ended_at
        ],
    )
