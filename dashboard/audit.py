"""The one write path: check, change, record in the hash chain, commit."""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column
from uuid_utils.compat import uuid7

from dashboard import once
from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import DomainError, Invalid
from dashboard.extensions import begin_writing, db
from dashboard.permissions import Actor, Permission, require

MASK = "[secret]"
GENESIS = "0" * 64
Changes = dict[str, dict[str, list[Any]]]


class Result(StrEnum):
    """What became of what somebody tried."""

    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True)
class Origin:
    """Where a change came from: the door, and what is known of who stood there."""

    via: str = "cli"
    address: str = ""
    agent: str = ""
    request_id: str = ""


NOWHERE = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NOWHERE)


class AuditHead(Model):
    """The end of the chain: the one row every writer locks, last."""

    __tablename__ = "audit_head"

    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditEntry(Model):
    """One thing somebody did. No foreign keys: nothing may change a hashed column."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        sa.Index("ix_audit_entries_subject", "subject_type", "subject_id", "seq"),
        sa.Index("ix_audit_entries_actor", "actor_id", "seq"),
        sa.Index("ix_audit_entries_action", "action", "seq"),
        sa.Index("ix_audit_entries_result", "result", "seq"),
    )

    seq: Mapped[int] = mapped_column(sa.BigInteger, unique=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID]
    actor_name: Mapped[str] = mapped_column(sa.String(200))
    action: Mapped[str] = mapped_column(sa.String(64))
    result: Mapped[Result]
    subject_type: Mapped[str | None] = mapped_column(sa.String(64))
    subject_id: Mapped[UUID | None]
    subject_name: Mapped[str] = mapped_column(sa.String(200))
    detail: Mapped[dict[str, Any]]
    changes: Mapped[dict[str, Any]]
    via: Mapped[str] = mapped_column(sa.String(16))
    address: Mapped[str] = mapped_column(sa.String(45))
    agent: Mapped[str] = mapped_column(sa.String(300))
    request_id: Mapped[str] = mapped_column(sa.String(36))
    prev_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64))


@dataclass
class Entry:
    """What one audited block says about itself, and what the session saw it do."""

    actor: Actor
    action: Permission
    subject: Model | None = None
    result: Result = Result.DONE
    detail: dict[str, Any] = field(default_factory=dict)
    changes: Changes = field(default_factory=dict)

    def about(self, subject: Model, **detail: Any) -> None:
        self.subject = subject
        self.detail.update(detail)

    def saw(self, record: Model, changed: dict[str, list[Any]]) -> None:
        known = self.changes.setdefault(f"{record.__tablename__}/{record.id}", {})
        for name, (before, after) in changed.items():
            known[name] = [known[name][0] if name in known else before, after]

    def row(self, seq: int, prev_hash: str) -> dict[str, Any]:
        subject, source = self.subject, origin.get()
        content = {
            "id": uuid7(),
            "seq": seq,
            "at": now(),
            "actor_id": self.actor.id,
            "actor_name": self.actor.name,
            "action": self.action.value,
            "result": self.result.value,
            "subject_type": subject and subject.__tablename__,
            "subject_id": subject and subject.id,
            "subject_name": str(subject)[:200] if subject else "",
            "detail": json.loads(canonical(self.detail)),
            "changes": json.loads(canonical(self.changes)),
            "via": source.via,
            "address": source.address,
            "agent": source.agent[:300],
            "request_id": source.request_id,
            "prev_hash": prev_hash,
        }
        return {**content, "hash": sign(content)}


@dataclass
class Ledger:
    """The open audited blocks of one transaction, outermost first."""

    entries: list[Entry] = field(default_factory=list)
    open: list[Entry] = field(default_factory=list)
    undone: bool = False


@contextmanager
def audited(
    actor: Actor, permission: Permission, subject: Model | None = None
) -> Iterator[Entry]:
    """Check, let the block change things, then record and commit it as one.

    A stored subject is locked and read afresh first. Inside another audited block
    the outer one commits; a failure anywhere undoes everything. A refusal leaves
    an entry of its own: who tried, and why not.
    """
    session = db.session()
    outermost = "ledger" not in session.info
    entry = Entry(actor, permission, subject)
    try:
        with recorded(session, entry):
            yield entry
    except DomainError as error:
        if outermost and not isinstance(error, Invalid):
            record_refusal(session, entry, str(error))
        raise


@contextmanager
def recorded(session: Session, entry: Entry) -> Iterator[None]:
    require(entry.actor, entry.action, entry.subject)
    subject = entry.subject
    ledger: Ledger | None = session.info.get("ledger")
    outermost = ledger is None
    if ledger is None:
        begin_writing()
        ledger = session.info["ledger"] = Ledger()
    ledger.entries.append(entry)
    ledger.open.append(entry)
    try:
        if outermost:
            once.take(session, entry.actor)
        if subject is not None:
            lock(session, subject)
        yield
        if ledger.undone:
            raise RuntimeError(
                "An audited block inside this one failed: all is undone."
            )
        session.flush()
        if outermost:
            once.point(session, entry.actor, entry.subject)
            append(session, ledger.entries)
            session.commit()
            once.keep(session, entry.actor)
    except BaseException:
        ledger.undone = True
        session.rollback()
        raise
    finally:
        ledger.open.pop()
        if outermost:
            del session.info["ledger"]


def lock(session: Session, subject: Model) -> None:
    """Read a stored subject afresh, and let nobody else change it meanwhile."""
    if sa.inspect(subject).persistent:
        # its own row alone: PostgreSQL locks no outer join of a loaded page
        session.refresh(subject, with_for_update={"of": type(subject)})


def record_refusal(session: Session, entry: Entry, reason: str) -> None:
    """Write down an attempt that changed nothing."""
    session.rollback()
    begin_writing()
    subject = entry.subject
    stored = subject if subject is not None and subject in session else None
    told = {"reason": reason}
    append(session, [Entry(entry.actor, entry.action, stored, Result.REFUSED, told)])
    session.commit()


@event.listens_for(Session, "after_flush")
def note_changes(session: Session, context: object) -> None:
    ledger: Ledger | None = session.info.get("ledger")
    if ledger is None:
        return
    for record in (*session.new, *session.dirty):
        if changed := differences(session, record):
            ledger.open[-1].saw(record, changed)


@event.listens_for(Session, "persistent_to_deleted")
def note_removal(session: Session, record: Model) -> None:
    """Also what leaves a list and is deleted for it, which no caller names."""
    ledger: Ledger | None = session.info.get("ledger")
    if ledger is not None and (lost := differences(session, record, gone=True)):
        ledger.open[-1].saw(record, lost)


def differences(
    session: Session, record: Model, *, gone: bool = False
) -> dict[str, list[Any]]:
    """Column name to [before, after]: secrets masked, bulky text as its digest."""
    state = sa.inspect(record)
    changed: dict[str, list[Any]] = {}
    for attribute in state.mapper.column_attrs:
        about = attribute.columns[0].info
        history = state.attrs[attribute.key].history
        value = state.dict.get(attribute.key)
        if about.get("unaudited"):
            continue
        if gone:
            pair = [value, None]
        elif record in session.new:
            pair = [None, value]
        elif history.has_changes():
            pair = [history.deleted[0] if history.deleted else None, value]
        else:
            continue
        if about.get("secret"):
            pair = [None if each is None else MASK for each in pair]
        elif about.get("bulky"):
            pair = [None if each is None else digest(each) for each in pair]
        if pair != [None, None]:
            changed[attribute.key] = pair
    return changed


def digest(content: Any) -> str:
    """SHA-256 of text, bytes or JSON, with the algorithm named."""
    if not isinstance(content, str | bytes):
        content = canonical(content)
    octets = content.encode() if isinstance(content, str) else content
    return f"sha256:{hashlib.sha256(octets).hexdigest()}"


def append(session: Session, entries: Iterable[Entry]) -> None:
    """Lengthen the chain; the head stays locked until the commit that follows."""
    head = select(AuditHead.seq, AuditHead.hash).with_for_update()
    seq, last = session.execute(head).one()
    rows = []
    for entry in entries:
        seq += 1
        rows.append(entry.row(seq, last))
        last = rows[-1]["hash"]
    session.execute(insert(AuditEntry), rows)
    session.execute(update(AuditHead).values(seq=seq, hash=last))


def sign(content: dict[str, Any]) -> str:
    key = current_app.config["AUDIT_KEY"].encode()
    return hmac.new(key, canonical(content).encode(), hashlib.sha256).hexdigest()


def canonical(content: object) -> str:
    """JSON with one spelling: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), default=plain)


def plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
