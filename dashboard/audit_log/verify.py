"""Walks the hash chain and names the first entry that is not what it was."""

import hmac
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, select

from dashboard.audit import GENESIS, AuditEntry, AuditHead, sign
from dashboard.extensions import db

BATCH = 1000
SIGNED = [c for c in sa.inspect(AuditEntry).columns if c.name != "hash"]
"""Everything but the signature itself."""


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold, and why, in words."""

    seq: int
    why: str


class Broken(Exception):
    def __init__(self, seq: int, why: str) -> None:
        super().__init__(why)
        self.found = Break(seq, why)


@dataclass(frozen=True)
class Anchor:
    """A head of the chain; one kept elsewhere shows when the end was cut off."""

    seq: int
    hash: str

    @classmethod
    def parse(cls, text: str) -> "Anchor":
        seq, _, digest = text.partition(":")
        if not seq.isdecimal() or len(digest) != len(GENESIS):
            raise ValueError("An anchor is SEQ:HASH, as `flask audit head` prints it.")
        return cls(int(seq), digest)


@dataclass(frozen=True)
class Verdict:
    """How far the chain was followed, and where it broke, if it did."""

    entries: int
    head: str
    broken: Break | None = None


def ignore(entries: int) -> None:
    """Nobody waits to hear how far it got."""


def verify(
    anchor: Anchor | None = None, progress: Callable[[int], None] = ignore
) -> Verdict:
    """Follow the chain from its first entry; memory does not grow with its length."""
    last, row = Anchor(0, GENESIS), None
    try:
        for row in chain():
            if row.seq is None:
                continue
            check_entry(row, last)
            last = Anchor(row.seq, row.hash)
            check_anchor(anchor, last)
            if last.seq % BATCH == 0:
                progress(last.seq)
        check_end(row, last, anchor)
    except Broken as broken:
        return Verdict(last.seq, last.hash, broken.found)
    return Verdict(last.seq, last.hash)


def chain() -> Iterator[Row[Any]]:
    """The head beside every entry: one statement sees the state of one moment."""
    statement = (
        select(
            AuditHead.seq.label("head_seq"),
            AuditHead.hash.label("head_hash"),
            AuditEntry.hash,
            *map(readable, SIGNED),
        )
        .select_from(sa.outerjoin(AuditHead, AuditEntry, sa.true()))
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=BATCH)
    )
    rows, seen = iter(db.session.execute(statement)), 0
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except (ValueError, LookupError) as error:
            seq = unreadable_after(seen)
            raise Broken(seq, f"entry {seq} cannot be read") from error
        seen = row.seq or 0
        yield row


def unreadable_after(seq: int) -> int:
    """Rows are understood a batch at a time: find the one that spoilt it."""
    places = select(AuditEntry.seq).where(AuditEntry.seq > seq).order_by(AuditEntry.seq)
    for place in db.session.scalars(places.limit(BATCH)):
        try:
            db.session.execute(select(*SIGNED).where(AuditEntry.seq == place)).all()
        except (ValueError, LookupError):
            return place
    return seq + 1


def readable(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON as its text: what somebody spoilt must not stop the reading."""
    if isinstance(column.type, sa.JSON):
        return sa.cast(column, sa.Text).label(column.name)
    return column


def check_entry(row: Row[Any], last: Anchor) -> None:
    expected = last.seq + 1
    if row.seq > expected:
        raise Broken(expected, f"entry {expected} is missing")
    if row.seq < expected:
        raise Broken(row.seq, f"entry {row.seq} was put in before the first")
    if not hmac.compare_digest(signature(row), row.hash):
        raise Broken(row.seq, f"entry {row.seq} was changed")
    if row.prev_hash != last.hash:
        raise Broken(row.seq, f"entry {row.seq} does not follow entry {last.seq}")


def signature(row: Row[Any]) -> str:
    """What the entry's hash has to be, by what stands in it now."""
    content = {column.name: row._mapping[column.name] for column in SIGNED}
    for name in ("detail", "changes"):
        try:
            content[name] = json.loads(content[name])
        except ValueError:
            return ""
    return sign(content)


def check_anchor(anchor: Anchor | None, reached: Anchor) -> None:
    if anchor and anchor.seq == reached.seq and anchor.hash != reached.hash:
        why = f"entry {reached.seq} is not the one whose hash was kept"
        raise Broken(reached.seq, why)


def check_end(row: Row[Any] | None, last: Anchor, anchor: Anchor | None) -> None:
    if row is None:
        raise Broken(0, "the head of the chain is missing")
    end = max(row.head_seq, anchor.seq if anchor else 0)
    if end > last.seq:
        first = last.seq + 1
        gone = f"entry {end} is" if end == first else f"entries {first} to {end} are"
        raise Broken(first, f"the end was cut off: {gone} missing")
    if row.head_seq < last.seq:
        why = f"entries after {row.head_seq} do not follow: the chain ends there"
        raise Broken(row.head_seq + 1, why)
    if row.head_hash != last.hash:
        raise Broken(last.seq, f"entry {last.seq} is not the one the chain ends with")
