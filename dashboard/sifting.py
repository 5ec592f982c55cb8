"""Lists whose rows no index has together.

They are read along indexes that have them, or most of them, in the order of the list.
Where one has all that match but not in one run, several runs are merged. Where rows
have to be looked at one by one, a page is full soon if many match; if few do, the list
would be read to its end. Nobody knows before which it is, so each page reads a part of
it, and a page that is not full by then says how far it went.

Keys are chosen first, and only the rows of these are joined with what they are called
by: else a database may name and sort thousands of which a page shows 25.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select

from dashboard.extensions import db
from dashboard.lists import PAGE, Key, Paged, Rows, write_cursor

NEAR = 1_000
"""How far a first page reads, if there is more than a page may read; and how many rows
are all looked at for a total."""
WALK = 5_000
"""How far a page may read, and does for whoever looks further back."""
EACH = 100
"""How far one reads for each row, where more are wanted than a page has."""
COUNTED = 250
"""Among how many those that match are counted, if there are more."""
LOWEST = sa.literal(UUID(int=0), sa.Uuid)

Number = int | sa.BindParameter[int]
Asked = sa.ColumnElement[bool]


@dataclass(frozen=True, eq=False)
class Along:
    """Keys in the order of the list, each part of them as an index has it."""

    parts: Sequence[Select[Any]]
    """Ids that no two of them share, each named like `key`."""
    key: Key

    def newest(self, number: Number, *asked: Asked) -> Select[Any]:
        """So many of the highest. Each part gives as many: it might be all of them."""
        tops = [
            part.where(*asked).order_by(self.key.desc()).limit(number)
            for part in self.parts
        ]
        if len(tops) == 1:
            return tops[0]
        merged = sa.union_all(*(sa.select(top.subquery()) for top in tops)).subquery()
        return sa.select(merged).order_by(merged.c[0].desc()).limit(number)


@dataclass(frozen=True, eq=False, kw_only=True)
class Chosen(Paged):
    """Pages of rows by their one key, chosen before they are named."""

    along: Along
    named: Callable[[sa.Subquery], Select[*tuple[Any, ...]]]
    """The rows of these keys, with what they are called by."""

    def rows_of(self, keys: Select[Any]) -> tuple[Select[*tuple[Any, ...]], Key]:
        """These rows, and their key among them."""
        chosen = keys.subquery()
        return self.named(chosen), chosen.c[0]


@dataclass(frozen=True, eq=False, kw_only=True)
class Merged(Chosen):
    """All that these indexes have."""

    def newest(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        rows, key = self.rows_of(self.along.newest(number))
        wanted: Any = rows.with_only_columns(*columns)
        return db.session.execute(wanted.order_by(key.desc())).all()

    @cached_property
    def first(self) -> Select[*tuple[Any, ...]]:
        return self.page_of()

    @cached_property
    def later(self) -> Select[*tuple[Any, ...]]:
        return self.page_of(self.is_later)

    def page_of(self, *asked: Asked) -> Select[*tuple[Any, ...]]:
        rows, key = self.rows_of(self.along.newest(PAGE, *asked))
        return self.ordered(rows, (key,))


@dataclass(frozen=True)
class Part(Rows):
    """A page that is not full yet: what is older may match."""

    back_to: datetime


@dataclass(frozen=True, eq=False, kw_only=True)
class Sifted(Chosen):
    """Those of them that match, each told by what its row says itself."""

    chosen: Select[Any]
    """The keys of those that match, down to the lowest."""
    among: Callable[[Select[Any]], Select[int]]
    """How many of some keys do."""
    lowest: sa.ColumnElement[Any] = LOWEST
    """No key lies below. What is chosen does not say so itself: of two bounds SQLite
    might take the lower one, and read on to it."""
    at: Key | None = None
    """The column of the moment, where the key is no UUIDv7 that tells it."""
    is_sparse: bool = False
    """Whether few match: then a first page reads as far as a later one."""
    is_sought: bool = False
    """Whether `rows` finds those soon that are few: then a page is always full."""

    def page(self, after: str | None, limit: int) -> Rows:
        page, last = self.first_part if after is None else self.later_part
        asked = self.asked(after, limit)
        found = db.session.execute(page, asked).all()
        if len(found) > limit or (found and not found[0][-1]):
            return self.paged(found, after, limit)
        if self.is_sought:
            return super().page(after, limit)
        end = db.session.execute(last, asked).first()
        if end is None:
            return self.paged(found, after, limit)
        total, _ = self.told(*found[0]) if found else (0, True)
        key, at = end if self.at is not None else (end[0], moment_of(end[0]))
        return Part(found, write_cursor([key]), max(total, len(found)), True, at)

    def newest(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        found = self.nearby(number, *columns)
        if len(found) == number or (found and not found[0][-1]):
            return found
        return super().newest(number, *columns)

    def recent(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        read = self.newest if self.is_sought else self.nearby
        return read(number, *columns)

    def nearby(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        """Last in each row, whether others were not looked at."""
        far = max(WALK, EACH * number)
        end = self.last(far, far).scalar_subquery()
        rows, key = self.rows_of(self.near(end, number))
        wanted: Any = rows.with_only_columns(*columns, end.is_not(None))
        return db.session.execute(wanted.order_by(key.desc())).all()

    @cached_property
    def first_part(self) -> tuple[Select[Any], Select[Any]]:
        return self.part(WALK if self.is_sparse else NEAR)

    @cached_property
    def later_part(self) -> tuple[Select[Any], Select[Any]]:
        return self.part(WALK, self.is_later)

    def part(self, walk: int, *asked: Asked) -> tuple[Select[Any], Select[Any]]:
        """What asks for a page, and where it ends if it does not read all there is."""
        last = self.last(walk, WALK, *asked)
        rows, key = self.rows_of(self.near(last.scalar_subquery(), PAGE, *asked))
        where = last if self.at is None else last.add_columns(self.at)
        return self.ordered(rows, (key,)), where

    def near(
        self, end: sa.ColumnElement[Any], number: Number, *asked: Asked
    ) -> Select[Any]:
        """The keys of so many that match, none of them behind this one."""
        is_near = self.key[0] >= sa.func.coalesce(end, self.lowest)
        keys = self.chosen.where(is_near, *asked)
        return keys.order_by(self.key[0].desc()).limit(number)

    def last(self, walk: int, most: int, *asked: Asked) -> Select[Any]:
        """The last key of so many, where there are more than the most."""
        key = self.along.newest(walk, *asked).offset(walk - 1).limit(1)
        return key.where(self.has_more(most, *asked))

    def has_more(self, most: int, *asked: Asked) -> Asked:
        others = self.along.newest(most + 1, *asked).offset(most).limit(1)
        return others.correlate(None).exists()

    @cached_property
    def total(self) -> tuple[sa.ColumnElement[int], Asked]:
        """Of all there are, or of the newest of a long list."""
        is_long = self.has_more(NEAR)
        some, every = (
            self.among(self.along.newest(number).correlate(None)).scalar_subquery()
            for number in (COUNTED, NEAR)
        )
        return sa.case((is_long, some), else_=every), is_long


def moment_of(key: UUID) -> datetime:
    """When it was made: a UUIDv7 begins with the milliseconds since 1970."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def id_at(moment: datetime) -> UUID:
    """Before all that were made then, and after all that were made earlier."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
