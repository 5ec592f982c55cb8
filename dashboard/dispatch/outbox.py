"""Whoever queues a run need not know of Redis: its commit sends the hint."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy import event, inspect
from sqlalchemy.orm import Session

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import Run, RunStatus

if TYPE_CHECKING:
    from dashboard.dispatch.line import Line

NOTED = "runs to tell of"
ALMOST_NOW = timedelta(seconds=1)
"""The database's clock may be a little ahead of ours."""


@event.listens_for(db.session, "before_flush")
def note(session: Session, context: object, instances: object) -> None:
    """Mark the runs that this flush makes ready: no statement more than it has."""
    line = line_here()
    if line is None or line.is_resting:
        return
    for run in newly_ready(session):
        run.dispatched_at, run.dispatches = now(), (run.dispatches or 0) + 1
        session.info.setdefault(NOTED, []).append(run)


@event.listens_for(db.session, "after_commit")
def tell(session: Session) -> None:
    """Send what was noted; if this fails, the sweep finds the row."""
    if session.in_nested_transaction():
        return
    noted: list[Run] = session.info.pop(NOTED, [])
    line = line_here() if noted else None
    if line is not None:
        kept = [run for run in noted if inspect(run).persistent]
        begun = {run.id for run in kept if run.attempt or run.started_at}
        line.send([(run.id, run.dispatches) for run in kept], begun)


@event.listens_for(db.session, "after_rollback")
def forget(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop(NOTED, None)


def line_here() -> "Line | None":
    """This app's line; without a Redis nobody loads what speaks with it."""
    if not current_app.config["REDIS_URL"]:
        return None
    from dashboard.dispatch.line import line_of

    return line_of(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's own way


def newly_ready(session: Session) -> Iterator[Run]:
    soon = now() + ALMOST_NOW
    changed: list[Any] = [*session.new, *session.dirty]
    for run in changed:
        if not isinstance(run, Run) or run.status not in {None, RunStatus.QUEUED}:
            continue
        is_news = run in session.new or inspect(run).attrs.status.history.has_changes()
        if is_news and (run.available_at is None or run.available_at <= soon):
            yield run
