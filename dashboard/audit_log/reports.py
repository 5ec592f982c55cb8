"""What the pages read from the audit trail."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import Row, select

from dashboard import reach
from dashboard.audit import AuditEntry, AuditHead
from dashboard.audit_log import dates
from dashboard.audit_log.schemas import AuditFilter
from dashboard.database import Model
from dashboard.extensions import db
from dashboard.lists import CAP, FILTERED, Paged, Rows
from dashboard.reach import Searched
from dashboard.sifting import Along, Sifted

Said = AuditEntry | Row[Any]
"""An entry, or a line of a list with what it takes to say it in words."""
Conditions = list[sa.ColumnElement[bool]]
ZERO = sa.literal(0)
"""Before all entries."""

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


def page_of(wanted: AuditFilter) -> Rows:
    return pages_of(wanted.alone).page(wanted.after, wanted.limit)


@lru_cache(maxsize=64)
def pages_of(wanted: AuditFilter) -> Paged:
    """The entries that match every filter that is set, as far as a text reaches.

    The same for all: built once, while people look at it.
    """
    if not wanted.names:
        return exact_pages(wanted)
    near = within(wanted)
    found = select(*SHOWN).join(near, near.c.seq == AuditEntry.seq)
    asked = texts(near, wanted)
    counted = select(near.c.seq).where(*asked)
    return Paged(found.where(*asked), (near.c.seq,), counted)


def exact_pages(wanted: AuditFilter) -> Paged:
    """Without a text: by one index, or each entry looked at where filters meet."""
    bounds, led = days(wanted), led_by(wanted)
    above = [*chain.from_iterable(each.above for each in bounds)]
    below = [*chain.from_iterable(each.below for each in bounds)]
    told = [*equal(wanted), *(each.at for each in bounds)]
    key, rows = (AuditEntry.seq,), select(*SHOWN).where(*told, *above, *below)
    if led is None:
        return Paged(rows, key, cap=FILTERED if told else CAP)
    along = Along([select(AuditEntry.seq).where(*led, *above, *below)], AuditEntry.seq)
    number = select(sa.func.count(AuditEntry.seq)).where(*told)
    return Sifted(
        rows,
        key,
        along=along,
        among=lambda keys: number.where(AuditEntry.seq.in_(keys)),
        chosen=select(AuditEntry.seq).where(*told, *below),
        named=entries_of,
        lowest=next((each.first for each in bounds if each.first is not None), ZERO),
        at=AuditEntry.at,
    )


def entries_of(picked: sa.Subquery) -> sa.Select[*tuple[Any, ...]]:
    return select(*SHOWN).join(picked, picked.c.seq == AuditEntry.seq)


def led_by(wanted: AuditFilter) -> Conditions | None:
    """What an index answers in the order of entries, where filters ask for more."""
    if wanted.subject_id:
        return None  # few entries, which are found at once and sorted
    led = {
        AuditEntry.actor_id: wanted.actor_id,
        AuditEntry.action: wanted.action,
        AuditEntry.result: wanted.result,
    }
    found = [column == value for column, value in led.items() if value is not None]
    is_dated = wanted.since or wanted.until
    asks_more = wanted.subject_type or len(found) > 1 or (found and is_dated)
    return found[:1] if asks_more else None


def within(wanted: AuditFilter) -> sa.Subquery:
    """Where a text is looked for. With a limit of its own: so no database begins with
    the text, and reads the whole chain for an action that is rare.
    """
    newest = select(AuditEntry.seq, AuditEntry.subject_name, AuditEntry.actor_name)
    newest = newest.where(*exactly(wanted)).order_by(AuditEntry.seq.desc())
    return newest.limit(wanted.reach).subquery()


def bearings(wanted: AuditFilter) -> tuple[Head | None, Searched | None]:
    """The end of the chain, and how far back from it a text is looked for."""
    if not wanted.names:
        return head(), None
    others = exactly(wanted)
    rows = select(AuditEntry.seq.label("place"), AuditEntry.at).where(*others)
    edge = reach.edge(rows, AuditEntry.seq, wanted.reach).subquery()
    both = select(AuditHead.seq, AuditHead.hash, edge).outerjoin(edge, sa.true())
    found = db.session.execute(both.order_by(edge.c.place.desc())).all()
    moments = [row.at for row in found if row.at]
    searched = reach.searched(moments, wanted.reach, is_narrowed=bool(others))
    return (Head(*found[0][:2]) if found else None), searched


def exactly(wanted: AuditFilter) -> Conditions:
    """What the filters ask that an index or the order of the entries can answer."""
    bounds = ([each.at, *each.above, *each.below] for each in days(wanted))
    return [*equal(wanted), *chain.from_iterable(bounds)]


def equal(wanted: AuditFilter) -> Conditions:
    exact = {
        AuditEntry.action: wanted.action,
        AuditEntry.result: wanted.result,
        AuditEntry.subject_type: wanted.subject_type,
        AuditEntry.subject_id: wanted.subject_id,
        AuditEntry.actor_id: wanted.actor_id,
    }
    return [column == value for column, value in exact.items() if value is not None]


def days(wanted: AuditFilter) -> list[dates.Bound]:
    found = []
    if wanted.since:
        found.append(dates.since(wanted.since))
    if wanted.until:
        found.append(dates.until(wanted.until))
    return found


def texts(near: sa.Subquery, wanted: AuditFilter) -> Conditions:
    """What they ask of a part of a name, as it was then: each name has to be read."""
    asked = wanted.names.items()
    return [near.c[name].icontains(text, autoescape=True) for name, text in asked]


def entry_at(seq: int) -> AuditEntry | None:
    return db.session.scalar(select(AuditEntry).where(AuditEntry.seq == seq))


def head() -> Head | None:
    found = db.session.execute(select(AuditHead.seq, AuditHead.hash)).first()
    return Head(*found) if found else None
