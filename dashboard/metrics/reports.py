"""What was measured: of one round, of a council over time, and as a list."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, func, select

from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.metrics.health import (
    Health,
    Seated,
    Taken,
    members_of,
    spans_of,
)
from dashboard.metrics.models import WorkflowMetric
from dashboard.metrics.schemas import MetricQuery
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflows.models import Round, RoundVoter, Vote, Workflow

MOST_ROUNDS = 2_000
"""How many rounds a council's numbers are computed from, newest first."""


def metric_of(round_id: UUID) -> WorkflowMetric | None:
    """What a round took; none while it is open, or if nobody decided it."""
    return db.session.scalar(select(WorkflowMetric).filter_by(round_id=round_id))


def rows_for(actor: Actor, query: MetricQuery) -> Select[*tuple[Any, ...]]:
    """The rows of the workflows this actor sees."""
    columns = [c for c in WorkflowMetric.__table__.columns if c.name != "id"]
    rows = (
        select(
            WorkflowMetric.id,
            *columns,
            Workflow.number,
            Workflow.title,
            Round.revision,
        )
        .join(Workflow, Workflow.id == WorkflowMetric.workflow_id)
        .join(Round, Round.id == WorkflowMetric.round_id)
        .where(Workflow.seen_by(actor))
    )
    if query.council_id:
        rows = rows.where(WorkflowMetric.council_id == query.council_id)
    if query.outcome:
        rows = rows.where(WorkflowMetric.outcome == query.outcome.value)
    if query.since:
        rows = rows.where(WorkflowMetric.decided_at >= midnight(query.since))
    if query.until and query.until < date.max:
        after = midnight(query.until + timedelta(days=1))
        rows = rows.where(WorkflowMetric.decided_at < after)
    return rows


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def health_of(council: Council, days: int) -> Health:
    """A council's last days, in two statements."""
    at = now()
    since = at - timedelta(days=days)
    found = rounds_taken(council.id, since)
    every, is_capped = found[:MOST_ROUNDS], len(found) > MOST_ROUNDS
    taken = [each for each in every if each.eligible_weight]
    return Health(
        days=days,
        taken=taken,
        without_vote=len(every) - len(taken),
        spans=spans_of(taken, days, at),
        members=members_of(people_seated(council.id, since)),
        is_capped=is_capped,
    )


def newest(
    council_id: UUID, since: datetime, *columns: Any, limit: int
) -> Select[*tuple[Any, ...]]:
    return (
        select(*columns)
        .where(WorkflowMetric.council_id == council_id)
        .where(WorkflowMetric.decided_at >= since)
        .order_by(WorkflowMetric.decided_at.desc(), WorkflowMetric.id)
        .limit(limit)
    )


def rounds_taken(council_id: UUID, since: datetime) -> list[Taken]:
    columns = [getattr(WorkflowMetric, name) for name in Taken.__annotations__]
    rows = newest(council_id, since, *columns, limit=MOST_ROUNDS + 1)
    return [Taken(*row) for row in db.session.execute(rows)]


def people_seated(council_id: UUID, since: datetime) -> Sequence[Seated]:
    """One line for each person and round; the vote is the one that counts."""
    columns = WorkflowMetric.round_id, WorkflowMetric.outcome
    rounds = newest(council_id, since, *columns, limit=MOST_ROUNDS).subquery()
    counts = sa.and_(Vote.superseded_at.is_(None), Vote.voided_at.is_(None))
    cast = sa.and_(
        Vote.round_id == RoundVoter.round_id, Vote.user_id == RoundVoter.user_id
    )
    rows = (
        select(
            RoundVoter.user_id,
            User.name,
            RoundVoter.gone,
            rounds.c.outcome,
            Round.opened_at,
            func.min(Vote.cast_at),
            func.max(sa.case((counts, sa.cast(Vote.choice, sa.String)))),
        )
        .select_from(rounds)
        .join(Round, Round.id == rounds.c.round_id)
        .join(RoundVoter, RoundVoter.round_id == Round.id)
        .join(User, User.id == RoundVoter.user_id)
        .outerjoin(Vote, cast)
        .group_by(
            RoundVoter.id,
            RoundVoter.user_id,
            User.name,
            RoundVoter.gone,
            rounds.c.outcome,
            Round.opened_at,
        )
    )
    return [Seated(*row) for row in db.session.execute(rows)]
