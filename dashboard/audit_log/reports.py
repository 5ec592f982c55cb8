"""What the pages read from the audit trail."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard import reach
from dashboard.audit import AuditEntry, AuditHead
from dashboard.audit_log import dates
from dashboard.audit_log.schemas import AuditFilter
from dashboard.database import Model
from dashboard.extensions import db
from dashboard.lists import Paged, Rows
from dashboard.reach import Searched

Said = AuditEntry | Row[Any]
"""An entry, or a line of a list with what it takes to say it in words."""
Conditions = list[sa.ColumnElement[bool]]

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


class Head(NamedTuple):
    """The end of the chain."""

    seq: int
    hash: str


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


def rows_for(wanted: AuditFilter, searched: Searched | None) -> Select[Any]:
    """The entries that match every filter that is set, as far as a text reaches."""
    found = [*exactly(wanted, searched), *texts(wanted)]
    return select(*SHOWN).where(*found)


def page_of(wanted: AuditFilter, searched: Searched | None) -> Rows:
    if searched:
        pages = Paged(rows_for(wanted, searched), (AuditEntry.seq,))
    else:
        pages = pages_of(wanted.alone)
    return pages.page(wanted.after, wanted.limit)


@lru_cache(maxsize=64)
def pages_of(wanted: AuditFilter) -> Paged:
    """The same for all: built once, while people look at it."""
    return Paged(rows_for(wanted, None), (AuditEntry.seq,))


def bearings(wanted: AuditFilter) -> tuple[Head | None, Searched | None]:
    """The end of the chain, and how far back from it a text is looked for."""
    if not texts(wanted):
        return head(), None
    others = exactly(wanted)
    rows = select(AuditEntry.seq, AuditEntry.at).where(*others)
    edge = reach.edge(rows, AuditEntry.seq, wanted.reach).subquery()
    both = select(AuditHead.seq, AuditHead.hash, edge).outerjoin(edge, sa.true())
    found = db.session.execute(both.order_by(edge.c.seq.desc())).all()
    last = [row[2:] for row in found]
    searched = reach.searched(last, wanted.reach, is_narrowed=bool(others))
    return (Head(*found[0][:2]) if found else None), searched


def exactly(wanted: AuditFilter, searched: Searched | None = None) -> Conditions:
    """What the filters ask that an index or the order of the entries can answer.

    With one lower end alone: SQLite would take any of two.
    """
    exact = {
        AuditEntry.action: wanted.action,
        AuditEntry.result: wanted.result,
        AuditEntry.subject_type: wanted.subject_type,
        AuditEntry.subject_id: wanted.subject_id,
        AuditEntry.actor_id: wanted.actor_id,
    }
    found = [column == value for column, value in exact.items() if value is not None]
    if wanted.since:
        found.append(dates.since(wanted.since))
    if searched:
        found.append(AuditEntry.seq >= searched.last)
    elif wanted.since:
        found.append(AuditEntry.seq >= dates.first(wanted.since))
    if wanted.until:
        found += dates.until(wanted.until)
    return found


def texts(wanted: AuditFilter) -> Conditions:
    """What they ask of a part of a name, as it was then: each name has to be read."""
    asked = {
        AuditEntry.subject_name: wanted.q,
        AuditEntry.actor_name: wanted.actor_name,
    }
    return [
        column.icontains(text, autoescape=True)
        for column, text in asked.items()
        if text
    ]


def entry_at(seq: int) -> AuditEntry | None:
    return db.session.scalar(select(AuditEntry).where(AuditEntry.seq == seq))


def head() -> Head | None:
    found = db.session.execute(select(AuditHead.seq, AuditHead.hash)).first()
    return Head(*found) if found else None
