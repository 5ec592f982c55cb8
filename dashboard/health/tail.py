"""The newest entries of the audit chain, verified without following all of it."""

from sqlalchemy import select

from dashboard.audit import AuditEntry, AuditHead
from dashboard.audit_log.verify import (
    SIGNED,
    Anchor,
    check_end,
    check_entry,
    readable,
)
from dashboard.extensions import db


def tail(most: int) -> int:
    """How many entries hold; the first that does not is raised as Broken."""
    newest = (
        select(
            AuditHead.seq.label("head_seq"),
            AuditHead.hash.label("head_hash"),
            AuditEntry.hash,
            *map(readable, SIGNED),
        )
        .join(AuditHead, AuditEntry.seq <= AuditHead.seq + most)
        .order_by(AuditEntry.seq.desc())
        .limit(most)
    )
    rows = db.session.execute(newest).all()[::-1]
    if not rows:
        return 0
    last = Anchor(rows[0].seq - 1, rows[0].prev_hash)
    for row in rows:
        check_entry(row, last)
        last = Anchor(row.seq, row.hash)
    check_end(rows[-1], last, None)
    return len(rows)
