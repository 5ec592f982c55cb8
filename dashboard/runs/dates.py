"""Which runs the days of a filter mean."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select

from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS

NEAR = timedelta(minutes=1)
"""Ids run in step with the moments of queueing, but for runs queued at once."""
OTHER = RUNS.alias()

Conditions = list[ColumnElement[bool]]
Edge = ColumnElement[UUID]


def days(query: RunFilter) -> Conditions:
    """From the beginning of the one to the end of the other."""
    found: Conditions = []
    if query.since:
        found.append(RUNS.c.queued_at >= beginning(query.since))
    if query.until:
        found.append(RUNS.c.queued_at <= end(query.until))
    return found


@dataclass(frozen=True)
class Span:
    """The ids between which these days lie: the list goes by ids, and is not read on
    where its days are over. No run of these days lies beyond.
    """

    first: Edge | None = None
    """NULL where no run can be of these days."""
    last: Edge | None = None

    @property
    def is_set(self) -> bool:
        return self.first is not None or self.last is not None

    def above(self, key: Edge) -> Conditions:
        return [] if self.first is None else [key >= self.first]

    def below(self, key: Edge) -> Conditions:
        return [] if self.last is None else [key <= self.last]


def span_of(query: RunFilter) -> Span:
    first, last, queued = None, None, OTHER.c.queued_at
    if query.since:
        later = select(OTHER.c.id).where(queued >= beginning(query.since) - NEAR)
        first = later.order_by(queued, OTHER.c.id).limit(1).scalar_subquery()
    if query.until:
        earlier = select(OTHER.c.id).where(queued <= end(query.until) + NEAR)
        newest = earlier.order_by(queued.desc(), OTHER.c.id.desc())
        last = newest.limit(1).scalar_subquery()
    return Span(first, last)


def beginning(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)
