"""Short write transactions of the workers, and the fence that keeps strays out.

Heartbeats, log lines and step results are no audit entries: they commit here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from dashboard.clock import database_now
from dashboard.extensions import begin_writing, db
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows.models import Workflow


class Lost(Exception):
    """The run is in other hands, or over: write nothing more."""


@contextmanager
def writing() -> Iterator[None]:
    """One short transaction that writes, and commits what it wrote."""
    begin_writing()
    try:
        yield
        db.session.commit()
    except BaseException:
        db.session.rollback()
        raise


@contextmanager
def fenced(run_id: UUID, token: str) -> Iterator[Run]:
    """Write to a run, if it is still this worker's; otherwise nothing is written."""
    with writing():
        yield owned(run_id, token)


def owned(run_id: UUID, token: str) -> Run:
    """The locked run, if this token still holds it."""
    run = locked(run_id)
    if run.token != token or run.status is not RunStatus.RUNNING:
        raise Lost(f"Run {run_id} is no longer this worker's.")
    return run


def still_owned(run_id: UUID, token: str) -> None:
    """The same question for log lines, which are no news for the workflow's page."""
    held = (
        select(Run.id)
        .where(Run.id == run_id, Run.token == token)
        .where(Run.status == RunStatus.RUNNING)
        .with_for_update()
    )
    if db.session.scalar(held) is None:
        raise Lost(f"Run {run_id} is no longer this worker's.")


def locked(run_id: UUID) -> Run:
    """The run as it is stored now, locked; always its workflow first.

    The counter on the workflow takes that lock, and tells its page there is news.
    """
    of_run = select(Run.workflow_id).where(Run.id == run_id).scalar_subquery()
    db.session.execute(
        update(Workflow)
        .where(Workflow.id == of_run)
        .values(seq=Workflow.seq + 1)
        .execution_options(synchronize_session=False)
    )
    wanted = (
        select(Run)
        .where(Run.id == run_id)
        .options(selectinload(Run.workflow), selectinload(Run.steps))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    run = db.session.scalar(wanted)
    if run is None:
        raise Lost(f"Run {run_id} is gone.")
    return run


def renew(run_id: UUID, token: str) -> bool:
    """Say that the worker lives; False when the run is no longer its own."""
    with writing():
        until = database_now(db.session()) + lease()
        renewed = db.session.execute(
            update(Run)
            .where(Run.id == run_id, Run.token == token)
            .where(Run.status == RunStatus.RUNNING)
            .values(lease_until=until)
            .execution_options(synchronize_session=False)
            .returning(Run.id)
        )
        return renewed.first() is not None


def lease() -> timedelta:
    return timedelta(seconds=current_app.config["LEASE_SECONDS"])


def let_go() -> None:
    """End the reader's transaction, so that nothing is held while a bot runs."""
    db.session.rollback()
