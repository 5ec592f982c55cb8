"""A worker's sign of life, for the page that shows the system."""

from datetime import timedelta

from sqlalchemy import delete, select

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.runs.fence import writing
from dashboard.runs.models import WorkerBeat

FORGOTTEN_AFTER = timedelta(days=1)


def beat(name: str, tier: str) -> None:
    """Say that this worker lives; workers long gone are forgotten."""
    with writing():
        moment = database_now(db.session())
        old = delete(WorkerBeat).where(WorkerBeat.seen_at < moment - FORGOTTEN_AFTER)
        db.session.execute(old)
        known = db.session.scalar(select(WorkerBeat).where(WorkerBeat.name == name))
        if known is None:
            known = WorkerBeat(name=name, started_at=moment)
            db.session.add(known)
        known.seen_at, known.tier = moment, tier


def sign_off(name: str) -> None:
    with writing():
        db.session.execute(delete(WorkerBeat).where(WorkerBeat.name == name))
