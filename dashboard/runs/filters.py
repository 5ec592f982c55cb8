"""What the filters of the list ask of a run itself."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select

from dashboard.runs.meaning import Meant
from dashboard.runs.models import WENT_WRONG
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS

NEAR = timedelta(minutes=1)
"""Ids run in step with the moments of queueing, but for runs queued at once."""
OTHER = RUNS.alias()

Conditions = list[ColumnElement[bool]]


def conditions_of(query: RunFilter, meant: Meant) -> Conditions:
    """First what an index answers in the order of the list, of fewest runs first."""
    found: Conditions = []
    people = meant.of("person")
    if query.actor and len(people) < 2:  # noqa: PLR2004  # one, or none
        found.append(one_of(RUNS.c.started_by_id, people))
    if query.unacknowledged:
        found.append(sa.and_(RUNS.c.is_unacknowledged))
    if query.status:
        found.append(RUNS.c.status == query.status)
    if query.trigger:
        found.append(RUNS.c.trigger == query.trigger)
    if len(people) > 1:
        found.append(one_of(RUNS.c.started_by_id, people))
    if query.q:
        found.append(sa.or_(*called(query, meant)))
    return found


def one_of(column: Any, ids: list[UUID]) -> ColumnElement[bool]:
    """As plain as possible: an index gives the order only for a single value."""
    is_it: ColumnElement[bool] = column == ids[0] if len(ids) == 1 else column.in_(ids)
    return is_it if ids else sa.false()


def called(query: RunFilter, meant: Meant) -> Conditions:
    """Runs of these bots or workflows; among what failed also by their error."""
    found = [
        one_of(RUNS.c.bot_id, meant.of("bot")),
        one_of(RUNS.c.workflow_id, meant.of("workflow")),
    ]
    if query.unacknowledged or query.status in WENT_WRONG:
        found.append(RUNS.c.error.icontains(query.q, autoescape=True))
    return found


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
