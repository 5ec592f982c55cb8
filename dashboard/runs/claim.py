"""Which runs are ready, and the one statement by which a worker takes one."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select, update

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.runs.brake import held_back
from dashboard.runs.fence import lease, writing
from dashboard.runs.models import Run, RunStatus


@dataclass(frozen=True)
class Claim:
    """A run in this worker's hands, for as long as the token holds."""

    run_id: UUID
    token: str
    attempt: int


def ready(most: int, besides: Collection[UUID] = ()) -> Sequence[UUID]:
    """Runs that may start now, longest waiting first: a hint, not a promise."""
    waiting = (
        select(Run.id)
        .where(may_start(database_now(db.session())), Run.id.not_in(besides))
        .order_by(Run.available_at, Run.id)
        .limit(most)
    )
    return db.session.scalars(waiting).all()


def may_start(at: datetime) -> sa.ColumnElement[bool]:
    """It waits for a worker, and for nothing else."""
    return sa.and_(
        Run.status == RunStatus.QUEUED,
        Run.available_at <= at,
        Run.cancel_requested_at.is_(None),
        ~held_back(at),
    )


def claim(run_id: UUID, worker: str) -> Claim | None:
    """Take the run, unless it is taken, cancelled or frozen; one worker succeeds."""
    token = secrets.token_hex(16)
    with writing():
        moment = database_now(db.session())
        queued = (
            select(Run.id)
            .where(Run.id == run_id, may_start(moment))
            .with_for_update(skip_locked=True)
        )
        taken = db.session.execute(
            update(Run)
            .where(Run.id.in_(queued.scalar_subquery()))
            .values(
                status=RunStatus.RUNNING,
                attempt=Run.attempt + 1,
                token=token,
                lease_until=moment + lease(),
                worker=worker,
            )
            .execution_options(synchronize_session=False)
            .returning(Run.attempt)
        ).first()
    return Claim(run_id, token, taken.attempt) if taken else None
