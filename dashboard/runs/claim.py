"""Which runs are ready, and the one statement by which a worker takes one."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

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
        .where(Run.status == RunStatus.QUEUED)
        .where(Run.available_at <= database_now(db.session()))
        .where(Run.cancel_requested_at.is_(None), ~held_back())
        .order_by(Run.available_at, Run.id)
        .limit(most)
    )
    return db.session.scalars(waiting.where(Run.id.not_in(besides))).all()


def claim(run_id: UUID, worker: str) -> Claim | None:
    """Take the run, unless it is taken, cancelled or frozen; one worker succeeds."""
    token = secrets.token_hex(16)
    with writing():
        moment = database_now(db.session())
        queued = (
            select(Run.id)
            .where(Run.id == run_id, Run.status == RunStatus.QUEUED)
            .where(Run.available_at <= moment, Run.cancel_requested_at.is_(None))
            .where(~held_back())
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
