"""What the pages read from the audit trail."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard.audit import AuditEntry, AuditHead
from dashboard.audit_log.schemas import AuditFilter
from dashboard.database import Model
from dashboard.extensions import db

Said = AuditEntry | Row[Any]
"""An entry, or a line of a list with what it takes to say it in words."""

LOOK_BACK = 100_000
"""Entries among which a text is looked for, the newest first; dates reach further."""

SHOWN = (
    AuditEntry.seq,
    AuditEntry.at,
    AuditEntry.actor_id,
    AuditEntry.actor_name,
    AuditEntry.action,
    AuditEntry.result,
    AuditEntry.subject_type,
    AuditEntry.subject_id,
    AuditEntry.subject_name,
    AuditEntry.detail,
    AuditEntry.changes,
    AuditEntry.via,
    AuditEntry.address,
)
"""What a line needs to be said in words."""


def history_of(subject: Model, limit: int = 20) -> Sequence[Row[Any]]:
    """The newest entries about this record."""
    return db.session.execute(
        select(*SHOWN)
        .where(
            AuditEntry.subject_type == subject.__tablename__,
            AuditEntry.subject_id == subject.id,
        )
        .order_by(AuditEntry.seq.desc())
        .limit(limit)
    ).all()


def rows_for(wanted: AuditFilter) -> Select[Any]:
    """The entries that match every filter that is set."""
    return select(*SHOWN).where(*conditions(wanted))


def conditions(wanted: AuditFilter) -> list[sa.ColumnElement[bool]]:
    exact = {
        AuditEntry.action: wanted.action,
        AuditEntry.result: wanted.result,
        AuditEntry.subject_type: wanted.subject_type,
        AuditEntry.subject_id: wanted.subject_id,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if wanted.actor:
        found.append(acted_by(wanted.actor))
    if wanted.q:
        found.append(AuditEntry.subject_name.icontains(wanted.q, autoescape=True))
    if wanted.q and not (wanted.since or wanted.until):
        head = select(AuditHead.seq).scalar_subquery()
        found.append(AuditEntry.seq > head - LOOK_BACK)
    if wanted.since:
        found.append(AuditEntry.at >= midnight(wanted.since))
    if wanted.until:
        last = datetime.combine(wanted.until, time.max, UTC)
        found.append(AuditEntry.at <= last)
    return found


def acted_by(actor: str) -> sa.ColumnElement[bool]:
    """By id exactly, or by a part of the name as it was then."""
    try:
        return AuditEntry.actor_id == UUID(actor)
    except ValueError:
        return AuditEntry.actor_name.icontains(actor, autoescape=True)


def midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def entry_at(seq: int) -> AuditEntry | None:
    return db.session.scalar(select(AuditEntry).where(AuditEntry.seq == seq))


def head() -> Row[int, str] | None:
    """The end of the chain: its position and its hash."""
    return db.session.execute(select(AuditHead.seq, AuditHead.hash)).first()
