"""Tells the line again of runs that nobody took: the hint was lost, or never sent."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import select, update

from dashboard.clock import database_now
from dashboard.dispatch.line import Hint, line_of, name_of
from dashboard.extensions import db
from dashboard.runs.claim import may_start
from dashboard.runs.fence import writing
from dashboard.runs.models import Run, RunStatus

PATIENCE = timedelta(seconds=10)
"""How long a hint may take before another one is sent."""
AT_ONCE = 500
LONGEST_LINE = 20_000
"""More hints than that are a heap that nobody takes from: begin a new one."""


def dispatch_again() -> int:
    """Send new hints for the forgotten runs; how many."""
    line = line_of(current_app)
    waiting = line.waiting() if line else None
    if line is None or waiting is None:
        return 0
    if len(waiting) > LONGEST_LINE:
        line.clear()
        waiting = set()
    if not db.session.scalars(forgotten().limit(1)).first():
        return 0
    hints, begun = marked(waiting)
    line.send(hints, begun)
    return len(hints)


def came_too_early(run_id: UUID) -> None:
    """The hint is used up and the run is held back: tell of it once it may start."""
    with writing():
        db.session.execute(
            update(Run)
            .where(Run.id == run_id, Run.status == RunStatus.QUEUED)
            .values(dispatched_at=None)
            .execution_options(synchronize_session=False)
        )


def forgotten() -> sa.Select[UUID]:
    moment = database_now(db.session())
    long_ago = sa.or_(
        Run.dispatched_at.is_(None), Run.dispatched_at < moment - PATIENCE
    )
    return select(Run.id).where(may_start(moment), long_ago)


def marked(waiting: set[str]) -> tuple[list[Hint], set[UUID]]:
    """Mark them as told, and say which of them have begun before.

    Two sweeps at a time mark different ones. A run whose hint still stands in a long
    line is told of no second time.
    """
    with writing():
        wanted = forgotten().order_by(Run.available_at, Run.id).limit(AT_ONCE)
        ids = db.session.scalars(wanted.with_for_update(skip_locked=True)).all()
        was_taken = sa.or_(Run.attempt > 0, Run.started_at.is_not(None))
        told = db.session.execute(
            select(Run.id, Run.dispatches, was_taken).where(Run.id.in_(ids))
        ).all()
        fresh = [run_id for run_id, n, _ in told if name_of(run_id, n) not in waiting]
        mark(ids, 0)
        mark(fresh, 1)
    hints = [(run_id, n + 1) for run_id, n, _ in told if run_id in set(fresh)]
    return hints, {run_id for run_id, _, was_taken in told if was_taken}


def mark(ids: Sequence[UUID], more: int) -> None:
    db.session.execute(
        update(Run)
        .where(Run.id.in_(ids))
        .values(
            dispatched_at=database_now(db.session()),
            dispatches=Run.dispatches + more,
        )
        .execution_options(synchronize_session=False)
    )
