"""What calls came to: how many, how they went, what they cost."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.model_calls.times import SLACK, first_id

SHOWN_DAYS = 30


@dataclass(frozen=True)
class Usage:
    """What some calls came to."""

    calls: int = 0
    failures: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    median_seconds: float | None = None

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


def usage_of(
    *,
    model_id: UUID | None = None,
    agent_id: UUID | None = None,
    prompt_version_ids: Collection[UUID] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> dict[UUID, Usage]:
    """By the id that was asked for; of the last 30 days unless it is said otherwise."""
    since = since or now() - timedelta(days=SHOWN_DAYS)
    if model_id is not None:
        return usage_by(ModelCall.ai_model_id, [model_id], since, until)
    if agent_id is not None:
        return usage_by(ModelCall.agent_id, [agent_id], since, until)
    ids = prompt_version_ids or ()
    return usage_by(ModelCall.prompt_version_id, ids, since, until)


def usage_by(
    column: InstrumentedAttribute[Any],
    ids: Collection[UUID],
    since: datetime,
    until: datetime | None = None,
) -> dict[UUID, Usage]:
    """One statement for all of them; each id has an entry."""
    known = dict.fromkeys(ids, Usage())
    if ids:
        known |= {
            row[0]: usage_in(row)
            for row in db.session.execute(summed(column, ids, since, until))
        }
    return known


def usage_in(row: Row[Any]) -> Usage:
    calls, failures, tokens_in, tokens_out, cost = map(int, tuple(row)[1:6])
    median = tuple(row)[6]
    seconds = None if median is None else float(median)
    return Usage(calls, failures, tokens_in, tokens_out, cost, seconds)


def summed(
    column: InstrumentedAttribute[Any],
    ids: Collection[UUID],
    since: datetime,
    until: datetime | None,
) -> Select[*tuple[Any, ...]]:
    """The median is the mean of the one or two in the middle: both databases can."""
    wanted = [column.in_(ids), ModelCall.id >= first_id(since - SLACK)]
    wanted.append(ModelCall.queued_at >= since)
    if until is not None:
        wanted.append(ModelCall.queued_at < until)
    each = ranked(column).where(*wanted).subquery()
    middle = sa.and_(each.c.place * 2 >= each.c.of, each.c.place * 2 <= each.c.of + 2)
    total: Any = select(
        each.c.whose,
        func.count(),
        func.count(sa.case((each.c.status == CallStatus.FAILED, 1))),
        func.sum(each.c.tokens_in),
        func.sum(each.c.tokens_out),
        func.sum(each.c.cost),
        func.avg(sa.case((middle, each.c.seconds))),
    )
    grouped: Select[*tuple[Any, ...]] = total.group_by(each.c.whose)
    return grouped


def ranked(column: InstrumentedAttribute[Any]) -> Any:
    """Each call with its place among all of the same id, the quickest first."""
    seconds = elapsed()
    order = (seconds.is_(None), seconds, ModelCall.id)
    return select(
        column.label("whose"),
        ModelCall.status,
        ModelCall.tokens_in,
        ModelCall.tokens_out,
        ModelCall.cost,
        seconds.label("seconds"),
        func.row_number().over(partition_by=column, order_by=order).label("place"),
        func.count(seconds).over(partition_by=column).label("of"),
    )


def elapsed() -> sa.ColumnElement[Any]:
    """Seconds from the call to its last word; NULL unless it was answered."""
    if db.session.get_bind().dialect.name == "postgresql":
        took: Any = sa.extract("epoch", ModelCall.ended_at - ModelCall.started_at)
    else:
        days = func.julianday(ModelCall.ended_at) - func.julianday(ModelCall.started_at)
        took = days * 86_400
    answered = ModelCall.status == CallStatus.COMPLETED
    return sa.case((answered, took))
