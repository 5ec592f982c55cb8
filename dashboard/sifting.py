"""Lists whose rows no index has together: each row has to be looked at.

Where many match, a page is full soon if one reads on in the order of the list. Where
few do, it would be read to its end; nobody knows before which it is. So each page
reads a part of the list, and a page that is not full by then says how far it went.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select

from dashboard.extensions import db
from dashboard.lists import Key, Paged, Rows, write_cursor

WALK = 5_000
"""How far a page reads."""
EACH = 100
"""How far one reads for each row, where more are wanted than a page has."""
COUNTED = 250
"""Among how many rows those that match are counted."""
LOWEST = sa.literal(UUID(int=0), sa.Uuid)


@dataclass(frozen=True)
class Part(Rows):
    """A page that is not full yet: what is older may match."""

    back_to: datetime


@dataclass(frozen=True, eq=False, kw_only=True)
class Sifted(Paged):
    """The pages of such rows, by their one key."""

    along: Select[Any]
    """The keys of these rows and of others, as an index has them."""
    among: Select[int]
    """How many match among the first `COUNTED` of those."""
    read: Select[*tuple[Any, ...]]
    """The rows, each told by what it says itself."""
    lowest: sa.ColumnElement[Any] = LOWEST
    """A key below all others."""
    at: Key | None = None
    """The column of the moment, where the key is no UUIDv7 that tells it."""
    is_sought: bool = False
    """Whether `rows` finds those soon that are few: then a page is always full."""

    def page(self, after: str | None, limit: int) -> Rows:
        page = self.near_first if after is None else self.near_later
        asked = self.asked(after, limit)
        found = db.session.execute(page, asked).all()
        if len(found) > limit or (found and not found[0][-1]):
            return self.paged(found, after, limit)
        if self.is_sought:
            return super().page(after, limit)
        where = () if after is None else (self.is_later,)
        last = db.session.execute(self.place(WALK, *where).limit(2), asked).all()
        if len(last) < 2:  # noqa: PLR2004  # where it ended, and that it goes on
            return self.paged(found, after, limit)
        total, _ = self.told(*found[0]) if found else (0, True)
        key, at = last[0] if self.at is not None else (last[0][0], None)
        cursor, total = write_cursor([key]), max(total, len(found))
        return Part(found, cursor, total, True, at or moment_of(key))

    def newest(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        end = self.end(max(WALK, EACH * number))
        found = self.some(self.until(end), number, (*columns, end.is_not(None)))
        if len(found) == number or (found and not found[0][-1]):
            return found
        return super().newest(number, *columns)

    @cached_property
    def near_first(self) -> Select[*tuple[Any, ...]]:
        return self.ordered(self.until(self.end(WALK)))

    @cached_property
    def near_later(self) -> Select[*tuple[Any, ...]]:
        rows = self.until(self.end(WALK, self.is_later))
        return self.ordered(rows.where(self.is_later))

    def end(self, number: int, *asked: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        """The last key of so many; NULL where all are fewer."""
        place = self.place(number, *asked).with_only_columns(self.key[0])
        return place.limit(1).scalar_subquery()

    def place(self, number: int, *asked: sa.ColumnElement[bool]) -> Select[Any]:
        """The last key of so many, with its moment, and those behind it."""
        rows = self.along if self.at is None else self.along.add_columns(self.at)
        return rows.where(*asked).order_by(self.key[0].desc()).offset(number - 1)

    def until(self, end: sa.ScalarSelect[Any]) -> Select[*tuple[Any, ...]]:
        return self.read.where(self.key[0] >= sa.func.coalesce(end, self.lowest))

    @cached_property
    def total(self) -> tuple[sa.ScalarSelect[int], sa.ColumnElement[bool]]:
        others = self.end(COUNTED + 1)
        return self.among.scalar_subquery(), others.is_not(None)


def moment_of(key: UUID) -> datetime:
    """When it was made: a UUIDv7 begins with the milliseconds since 1970."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def id_at(moment: datetime) -> UUID:
    """Before all that were made then, and after all that were made earlier."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
