"""How the last runs of bots went, and how long they took."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select

from dashboard.bots.models import Bot
from dashboard.extensions import db
from dashboard.runs.models import Execution, StepStatus

DOTS = 10
SAMPLE = 100
LOOKS = {
    StepStatus.COMPLETED: "ok",
    StepStatus.QUEUED: "todo",
    StepStatus.RUNNING: "run",
    StepStatus.CANCELLED: "todo",
}


class Dot(NamedTuple):
    """One run in a strip: how it ended, and when. A list of bots makes 250 of them."""

    look: str
    label: str
    at: datetime | None


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


def strips_of(bot_ids: Sequence[UUID]) -> dict[UUID, list[Dot]]:
    """The last runs of each, oldest first: one seek of the index a bot.

    A strip in a list tells no times of what went well: they are not even read.
    """
    if not bot_ids:
        return {}
    ids = {f"bot_{n}": id_ for n, id_ in enumerate(bot_ids)}
    strips: dict[UUID, list[Dot]] = {}
    rows = db.session.execute(strips_for(len(ids)), ids).all()
    for place, _, status, at in sorted(rows, key=itemgetter(1)):
        strips.setdefault(bot_ids[place], []).append(Dot(*shown(status), at))
    return strips


@cache
def shown(status: str) -> tuple[str, str]:
    """How a status looks in a strip, and what it is called."""
    return LOOKS.get(StepStatus(status), "bad"), status.replace("_", " ").capitalize()


@lru_cache(maxsize=100)
def strips_for(number: int) -> sa.CompoundSelect[Any]:
    """Built once for a number of bots: to build it takes longer than to ask it."""
    return sa.union_all(*(select(strip_of(n).subquery()) for n in range(number)))


def strip_of(place: int) -> Select[Any]:
    """Ids only give the order here, and a status has few values: both stay text."""
    ended = sa.func.coalesce(Execution.ended_at, Execution.started_at)
    rows: Any = select(
        sa.literal_column(str(place), sa.Integer).label("place"),
        sa.cast(Execution.id, sa.String).label("order"),
        sa.type_coerce(Execution.status, sa.String).label("status"),
        sa.case((Execution.status != StepStatus.COMPLETED, ended)).label("at"),
    )
    rows = rows.where(Execution.bot_id == sa.bindparam(f"bot_{place}"))
    return rows.order_by(Execution.id.desc()).limit(DOTS)


def pace_of(bot: Bot) -> Pace:
    last: Any = select(Execution.status, Execution.started_at, Execution.ended_at)
    last = last.where(Execution.bot_id == bot.id).order_by(Execution.id.desc())
    rows = db.session.execute(last.limit(SAMPLE)).all()[::-1]
    return Pace(
        dots=[Dot(*shown(row.status), row.ended_at or row.started_at) for row in rows],
        seconds=[
            (row.ended_at - row.started_at).total_seconds()
            for row in rows
            if row.started_at and row.ended_at
        ],
    )
