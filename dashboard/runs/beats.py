"""A worker's sign of life, for the page that shows the system."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.runs.fence import let_go, writing
from dashboard.runs.models import WorkerBeat
from dashboard.sandbox import probe

FORGOTTEN_AFTER = timedelta(days=1)
EMBEDDED, RQ = "embedded", "rq"


@dataclass(frozen=True)
class Sign:
    """Who a worker is. A run it forks a process for is held by `name/process`."""

    name: str
    engine: str = EMBEDDED
    threads: int = 1


def beat(sign: Sign, tier: str, evidence: dict[str, Any]) -> None:
    """Say that this worker lives; workers long gone are forgotten."""
    with writing():
        moment = database_now(db.session())
        old = delete(WorkerBeat).where(WorkerBeat.seen_at < moment - FORGOTTEN_AFTER)
        db.session.execute(old)
        wanted = select(WorkerBeat).where(WorkerBeat.name == sign.name)
        known = db.session.scalar(wanted)
        if known is None:
            known = WorkerBeat(name=sign.name, started_at=moment)
            db.session.add(known)
        known.seen_at, known.tier, known.evidence = moment, tier, evidence
        known.engine, known.threads = sign.engine, sign.threads


def probe_if_asked(sign: Sign) -> bool:
    """Try the sandbox again if somebody wants to see it; the next beat tells."""
    wanted = select(WorkerBeat).where(
        WorkerBeat.name == sign.name, WorkerBeat.probe_asked_at.is_not(None)
    )
    if db.session.scalar(wanted) is None:
        return False
    let_go()
    probe()
    with writing():
        if asked := db.session.scalar(wanted):
            asked.probe_asked_at = None
    return True


def sign_off(sign: Sign) -> None:
    with writing():
        db.session.execute(delete(WorkerBeat).where(WorkerBeat.name == sign.name))
