"""Finds runs whose worker is gone, or that were cancelled while they waited.

Any worker may look at any time: each run is locked and asked again before it moves.
"""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from dashboard.audit import Entry, audited
from dashboard.bots.schemas import BotConfig, Retry
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.claim import Claim
from dashboard.runs.ending import CANCELLED, close
from dashboard.runs.fence import Lost, locked, owned
from dashboard.runs.models import Execution, Run, RunStatus, StepStatus

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
AT_ONCE = 100
WORN_OUT = "The worker was lost five times. Look at its log, then propose it again."
UNSURE = (
    "The worker was lost in the middle of this step. Whether its bot had done its work "
    "is unknown, and its config says that it must not be repeated."
)


def reconcile() -> int:
    """Bring every stranded run on; how many moved."""
    return sum(settle(run_id) for run_id in stranded())


def stranded() -> Sequence[UUID]:
    moment = database_now(db.session())
    lapsed = sa.and_(Run.status == RunStatus.RUNNING, Run.lease_until < moment)
    called_off = sa.and_(
        Run.status == RunStatus.QUEUED, Run.cancel_requested_at.is_not(None)
    )
    wanted = select(Run.id).where(sa.or_(lapsed, called_off)).limit(AT_ONCE)
    return db.session.scalars(wanted).all()


def settle(run_id: UUID) -> bool:
    """Move one stranded run, unless it is not stranded any more."""
    try:
        with audited(SYSTEM, Permission.RUN_WRITE) as entry:
            run = locked(run_id)
            at = database_now(db.session())
            if not is_stranded(run, at):
                raise Lost(f"Run {run_id} is in good hands.")
            entry.about(run, event="recover", worker=run.worker, attempt=run.attempt)
            move_on(run, at, entry)
    except Lost:
        return False
    log.warning("Run %s was stranded and is %s now.", run_id, run.status.value)
    return True


def is_stranded(run: Run, at: datetime) -> bool:
    if run.status is RunStatus.QUEUED:
        return run.cancel_requested_at is not None
    if run.status is not RunStatus.RUNNING:
        return False
    return run.lease_until is None or run.lease_until < at


def give_back(claim: Claim) -> None:
    """A worker that leaves hands its run back, without waiting for the lease."""
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        run = owned(claim.run_id, claim.token)
        entry.about(run, event="give_back", worker=run.worker)
        run.attempt -= 1  # the worker was not lost: this try does not count
        move_on(run, database_now(db.session()), entry)


def move_on(run: Run, at: datetime, entry: Entry) -> None:
    """Cancelled, left for people to look at, given up, or queued again."""
    steps = run.running_step.at_work if run.running_step else []
    if run.cancel_requested_at:
        mark(steps, StepStatus.CANCELLED, CANCELLED, at)
        close(run, RunStatus.CANCELLED, at, CANCELLED, entry=entry)
    elif any(must_not_repeat(each) for each in steps):
        mark(steps, StepStatus.LOST, UNSURE, at)
        close(run, RunStatus.NEEDS_REVIEW, at, UNSURE, entry=entry)
    elif run.attempt >= MOST_ATTEMPTS:
        mark(steps, StepStatus.LOST, WORN_OUT, at)
        close(run, RunStatus.FAILED, at, WORN_OUT, entry=entry, reason="lost")
    else:
        mark(steps, StepStatus.QUEUED, "", None)
        run.status = RunStatus.QUEUED  # with its old place in line: it goes on first
        run.token = run.lease_until = None


def must_not_repeat(step: Execution) -> bool:
    """An agent goes on after its last whole turn; a bot's config says what may be."""
    if step.version is None:
        return False
    return BotConfig.model_validate(step.version.config).retry is Retry.NEVER


def mark(
    steps: Sequence[Execution], status: StepStatus, message: str, at: datetime | None
) -> None:
    for step in steps:
        step.status, step.message, step.ended_at = status, message, at
