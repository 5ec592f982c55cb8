"""How often something was tried: the runs it took, and the workers of this one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import CTE, Row, select
from sqlalchemy.orm import aliased

from dashboard.audit import AuditEntry
from dashboard.bots.models import BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User

MOST = 50
ENDED = {
    "recover": "Its worker was lost.",
    "give_back": "Its worker was told to leave, and handed it back.",
    "end": "It ended.",
}
"""What the audit trail says of a try's end."""


@dataclass
class Try:
    """One worker's try at the run; without an end it is under way."""

    number: int
    worker: str
    began: datetime
    ended: datetime | None = None
    how: str = ""


def chain_of(actor: Actor, run: Run) -> Sequence[Row[Any]]:
    """The run that was there first and everything that tried it again, oldest first."""
    first = sa.and_(
        Execution.run_id == Run.id, Execution.position == 1, Execution.sub == 0
    )
    rows: Any = (
        select(
            Run.id,
            Run.status,
            Run.queued_at,
            Run.started_at,
            Run.ended_at,
            Run.error,
            Run.retry_of_id,
            BotVersion.number.label("version"),
            User.name.label("started_by_name"),
        )
        .outerjoin(Run.started_by)
        .outerjoin(Execution, first)
        .outerjoin(Execution.version)
        .where(Run.id.in_(select(family_of(run).c.id)), Run.seen_by(actor))
    )
    return db.session.execute(rows.order_by(Run.id).limit(MOST)).all()


def family_of(run: Run) -> CTE:
    """The ids of the first run and of all its retries: up to the root, then down."""
    parent, child = aliased(Run), aliased(Run)
    up = select(Run.id, Run.retry_of_id).where(Run.id == run.id).cte(recursive=True)
    before = select(parent.id, parent.retry_of_id)
    up = up.union(before.join(up, parent.id == up.c.retry_of_id))
    root = select(up.c.id.label("id")).where(up.c.retry_of_id.is_(None))
    down = root.cte(recursive=True)
    return down.union(select(child.id).join(down, child.retry_of_id == down.c.id))


def tries_of(run: Run) -> list[Try]:
    """Which worker held this run from when to when, from the audit trail."""
    entries = db.session.execute(
        select(AuditEntry.at, AuditEntry.detail, AuditEntry.changes)
        .where(
            AuditEntry.subject_type == Run.__tablename__,
            AuditEntry.subject_id == run.id,
        )
        .order_by(AuditEntry.seq.desc())
        .limit(4 * MOST)
    ).all()
    return told(run.id, reversed(entries))


def told(run_id: UUID, entries: Iterable[Row[Any]]) -> list[Try]:
    tries: list[Try] = []
    for entry in entries:
        event = entry.detail.get("event")
        is_open = bool(tries) and tries[-1].ended is None
        if event == "begin":
            worker = entry.detail.get("worker") or "a worker"
            tries.append(Try(len(tries) + 1, worker, entry.at))
        elif event in ENDED and is_open:
            tries[-1].ended = entry.at
            tries[-1].how = ENDED[event] if event != "end" else ending(run_id, entry)
    return tries


def ending(run_id: UUID, entry: Row[Any]) -> str:
    """The status in which the run ended with this entry."""
    changed = entry.changes.get(f"{Run.__tablename__}/{run_id}", {})
    status = changed.get("status", [None, None])[1]
    return f"It ended: {status.replace('_', ' ')}." if status else ENDED["end"]
