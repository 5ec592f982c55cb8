"""Have every worker try its sandbox again."""

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.runs.models import WorkerBeat
from dashboard.users.models import User


def ask_for_probes(actor: User) -> int:
    """Ask; each worker does so with its next sweep. How many were asked."""
    with audited(actor, Permission.SYSTEM_WRITE) as entry:
        at = database_now(db.session())
        beats = db.session.scalars(select(WorkerBeat)).all()
        for beat in beats:
            beat.probe_asked_at = at
        entry.detail.update(event="probe", workers=len(beats))
    return len(beats)
