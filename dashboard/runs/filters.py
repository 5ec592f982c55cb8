"""What the filters of the list ask of a run itself."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
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


def conditions_of(query: RunFilter, meant: Meant) -> list[Conditions]:
    """Of each filter what a run may be, any one of it: each an index has in the order
    of the list. First what fewest runs are.
    """
    found: list[Conditions] = []
    people = [RUNS.c.started_by_id == id_ for id_ in meant.of("person")]
    if query.actor and len(people) < 2:  # noqa: PLR2004  # one, or none
        found.append(people)
    if query.unacknowledged:
        found.append([sa.and_(RUNS.c.is_unacknowledged)])
    if query.status:
        found.append([RUNS.c.status == query.status])
    if query.trigger:
        found.append([RUNS.c.trigger == query.trigger])
    if len(people) > 1:
        found.append(people)
    if query.q:
        found.append(called(query, meant))
    return found


def any_of(conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    return sa.or_(sa.false(), *conditions)


def called(query: RunFilter, meant: Meant) -> Conditions:
    """Runs of these bots or workflows; among what failed also by their error."""
    found: Conditions = [RUNS.c.bot_id == id_ for id_ in meant.of("bot")]
    workflows = meant.of("workflow")
    if workflows:  # few runs of each: an approval buys one
        found.append(RUNS.c.workflow_id.in_(workflows))
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
