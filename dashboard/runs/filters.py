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
    found: Conditions = []
    if query.status:
        found.append(RUNS.c.status == query.status)
    if query.trigger:
        found.append(RUNS.c.trigger == query.trigger)
    if query.unacknowledged:
        found.append(sa.and_(RUNS.c.is_unacknowledged))
    if query.actor:
        found.append(one_of(RUNS.c.started_by_id, meant.of("person")))
    if query.q:
        found.append(sa.or_(*called(query, meant)))
    return [*found, *since(query.since), *until(query.until)]


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


def since(day: date | None) -> Conditions:
    if day is None:
        return []
    moment = datetime.combine(day, time(), UTC)
    first = select(OTHER.c.id).where(OTHER.c.queued_at >= moment - NEAR)
    first = first.order_by(OTHER.c.queued_at, OTHER.c.id).limit(1)
    return [RUNS.c.queued_at >= moment, RUNS.c.id >= first.scalar_subquery()]


def until(day: date | None) -> Conditions:
    """To the end of that day."""
    if day is None:
        return []
    moment = datetime.combine(day, time.max, UTC)
    last = select(OTHER.c.id).where(OTHER.c.queued_at <= moment + NEAR)
    last = last.order_by(OTHER.c.queued_at.desc(), OTHER.c.id.desc()).limit(1)
    return [RUNS.c.queued_at <= moment, RUNS.c.id <= last.scalar_subquery()]
