"""Lists: keyset pages with a capped total."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.schemas import Schema, checked

CAP = 10_000
"""How far the rows of a list are counted."""
FILTERED = 5_000
"""The same of a long list with a filter, whose rows lie further apart."""
TOTAL, MORE, LIMIT, EDGE = "_total", "_more", "_limit", "_edge"
PAGE = sa.bindparam(LIMIT, type_=sa.Integer)
Key = InstrumentedAttribute[Any] | sa.ColumnElement[Any]
"""A column that orders a list, of a model or of a table."""


@dataclass(frozen=True)
class Rows:
    """One page of Core rows, shaped like the API's Page."""

    items: Sequence[Row[*tuple[Any, ...]]]
    next: str | None
    total: int
    total_is_capped: bool


Query = TypeVar("Query", bound=Schema)


def query_of(schema: type[Query], args: Mapping[str, str]) -> Query:
    """The filters in a URL; blanks and foreign parameters do not count."""
    known = {k: v for k, v in args.items() if k in schema.model_fields and v}
    return checked(schema, known)


@dataclass(frozen=True, eq=False)
class Paged:
    """Rows in their order, highest `key` first, and the statements of their pages.

    Where all see the same rows this is kept, and each statement built once.
    """

    rows: Select[*tuple[Any, ...]]
    key: tuple[Key, ...]
    """Ends with a unique id. None may be NULL: SQL compares nothing with that."""
    counted: Select[*tuple[Any, ...]] | None = None
    """Finds as many rows with less work, where that is known."""
    cap: int = CAP
    """Where the total ends."""

    def page(self, after: str | None, limit: int) -> Rows:
        page = self.first if after is None else self.later
        asked = self.asked(after, limit)
        return self.paged(db.session.execute(page, asked).all(), after, limit)

    def asked(self, after: str | None, limit: int) -> dict[str, Any]:
        """What a page's statement is given: it looks whether there is one row more."""
        edge = {} if after is None else read_cursor(after, self.key)
        return {LIMIT: limit + 1, **edge}

    def paged(self, found: Sequence[Row[Any]], after: str | None, limit: int) -> Rows:
        shown = found[:limit]
        if len(found) <= limit and after is None:
            return Rows(shown, None, len(shown), False)
        total, is_capped = self.told(*found[0]) if found else self.count()
        cursor = None
        if len(found) > limit:
            cursor = write_cursor([shown[-1][place] for place in self.places])
        return Rows(shown, cursor, max(total, len(shown)), is_capped)

    def newest(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        """So many of them with these columns, and no total."""
        wanted: Any = self.rows.with_only_columns(*columns, maintain_column_froms=True)
        ordered = wanted.order_by(*(column.desc() for column in self.key))
        return db.session.execute(ordered.limit(number)).all()

    def recent(self, number: int, *columns: Key) -> Sequence[Row[Any]]:
        """The same, or fewer, where so many would have to be looked for at length."""
        return self.newest(number, *columns)

    @cached_property
    def places(self) -> list[int]:
        """Where in a row its key stands."""
        added = [self.key[place] for place in self.added]
        where = {id(each): i for i, each in enumerate([*self.shown, *added])}
        return [where[id(each)] for each in self.key]

    @cached_property
    def added(self) -> list[int]:
        """Which of the key is not shown anyway: no id is read twice."""
        shown = {id(each) for each in self.shown}
        return [i for i, each in enumerate(self.key) if id(each) not in shown]

    @cached_property
    def shown(self) -> list[Key]:
        return [each["expr"] for each in self.rows.column_descriptions]

    @cached_property
    def first(self) -> Select[*tuple[Any, ...]]:
        return self.ordered(self.rows)

    @cached_property
    def later(self) -> Select[*tuple[Any, ...]]:
        return self.first.where(self.is_later)

    def ordered(
        self, rows: Select[*tuple[Any, ...]], key: Sequence[Key] = ()
    ) -> Select[*tuple[Any, ...]]:
        """A page of these, with the key, or what stands for it, and the total."""
        key = key or self.key
        names = [
            sa.type_coerce(key[place], key[place].type).label(f"_{i}")
            for i, place in enumerate(self.added)
        ]
        number, are_more = self.total
        told = number.label(TOTAL), are_more.label(MORE)
        page = rows.add_columns(*names, *told)
        page = page.order_by(*(column.desc() for column in key))
        return page.limit(PAGE)

    @cached_property
    def is_later(self) -> sa.ColumnElement[bool]:
        edge = [
            sa.bindparam(f"{EDGE}{i}", type_=column.type)
            for i, column in enumerate(self.key)
        ]
        if len(edge) == 1:
            return self.key[0] < edge[0]
        return sa.tuple_(*self.key) < sa.tuple_(*edge)

    @cached_property
    def total(self) -> tuple[sa.ColumnElement[int], sa.ColumnElement[bool]]:
        """How many rows were counted, and whether others were not looked at."""
        rows = self.rows if self.counted is None else self.counted
        return counting(rows, self.cap).scalar_subquery(), sa.false()

    def count(self) -> tuple[int, bool]:
        """The total where no row can say it, for there is none."""
        return self.told(*db.session.execute(sa.select(*self.total)).one())

    def told(self, *row: Any) -> tuple[int, bool]:
        """As far as they are counted, and whether there are more."""
        number, are_more = row[-2:]
        return min(number, self.cap), are_more or number > self.cap


def paginate(
    rows: Select[*tuple[Any, ...]],
    *key: Key,
    after: str | None = None,
    limit: int = 25,
    counted: Select[*tuple[Any, ...]] | None = None,
) -> Rows:
    """The page after a cursor, of rows that only this request asks for."""
    return Paged(rows, key, counted).page(after, limit)


def counting(rows: Select[*tuple[Any, ...]], cap: int) -> Select[int]:
    """A statement that counts no further than one past the cap.

    The databases themselves leave out what is joined outwards by its unique id for
    its columns alone.
    """
    one = rows.with_only_columns(sa.literal(1), maintain_column_froms=True)
    some = one.order_by(None).limit(cap + 1)
    return sa.select(sa.func.count()).select_from(some.subquery())


def write_cursor(values: Sequence[object]) -> str:
    text = json.dumps(values, default=str, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, key: Sequence[Key]) -> dict[str, Any]:
    """The values behind which the page begins, as its statement names them."""
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return {
            f"{EDGE}{i}": typed(value, column)
            for i, (value, column) in enumerate(zip(json.loads(text), key, strict=True))
        }
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(
            {"after": "This link is damaged. Start from the first page."}
        ) from error


def typed(value: Any, column: Key) -> Any:
    """A cursor's JSON value as the column's own Python type."""
    wanted = column.type.python_type
    if wanted is UUID:
        return UUID(value)
    if wanted is datetime:
        return datetime.fromisoformat(value)
    if not isinstance(value, wanted) or (isinstance(value, str) and "\0" in value):
        raise ValueError(value)
    if wanted is int and not -(2**63) <= value < 2**63:
        raise ValueError(value)
    return value
