"""Which runs the days of a filter mean."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS

NEAR = timedelta(minutes=1)
"""Ids run in step with the moments of queueing, but for runs queued at once."""
OTHER = RUNS.alias()

Conditions = list[ColumnElement[bool]]


def days(query: RunFilter) -> Conditions:
    """From the beginning of the one to the end of the other."""
    found: Conditions = []
    if query.since:
        found.append(RUNS.c.queued_at >= beginning(query.since))
    if query.until:
        found.append(RUNS.c.queued_at <= end(query.until))
    return found


def between(query: RunFilter, key: ColumnElement[UUID]) -> Conditions:
    """The ids between which these days lie: the list goes by ids, and is not read on
    where its days are over. It leaves out nothing that the days do not.
    """
    found: Conditions = []
    queued = OTHER.c.queued_at
    if query.since:
        later = select(OTHER.c.id).where(queued >= beginning(query.since) - NEAR)
        first = later.order_by(queued, OTHER.c.id).limit(1)
        found.append(key >= first.scalar_subquery())
    if query.until:
        earlier = select(OTHER.c.id).where(queued <= end(query.until) + NEAR)
        last = earlier.order_by(queued.desc(), OTHER.c.id.desc()).limit(1)
        found.append(key <= last.scalar_subquery())
    return found


def beginning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)
