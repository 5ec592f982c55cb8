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
TOTAL, LIMIT, EDGE = "_total", "_limit", "_edge"
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
        asked: dict[str, Any] = {LIMIT: limit + 1}
        if after is not None:
            asked.update(read_cursor(after, self.key))
        page = self.first if after is None else self.later
        found = db.session.execute(page, asked).all()
        shown = found[:limit]
        more = len(found) > limit
        last = [shown[-1][place] for place in self.places] if more else []
        cursor = write_cursor(last) if more else None
        total = found[0][-1] if found else self.past_the_end(after)
        return Rows(shown, cursor, min(total, self.cap), total > self.cap)

    @cached_property
    def places(self) -> list[int]:
        """Where in a row its key stands."""
        where = {id(each): i for i, each in enumerate([*self.shown, *self.added])}
        return [where[id(each)] for each in self.key]

    @cached_property
    def added(self) -> list[Key]:
        """What of the key is not shown anyway: no id is read twice."""
        shown = {id(each) for each in self.shown}
        return [each for each in self.key if id(each) not in shown]

    @cached_property
    def shown(self) -> list[Key]:
        return [each["expr"] for each in self.rows.column_descriptions]

    @cached_property
    def first(self) -> Select[*tuple[Any, ...]]:
        names = [
            sa.type_coerce(column, column.type).label(f"_{i}")
            for i, column in enumerate(self.added)
        ]
        total = self.number.scalar_subquery().label(TOTAL)
        order = [column.desc() for column in self.key]
        page = self.rows.add_columns(*names, total).order_by(*order)
        return page.limit(sa.bindparam(LIMIT, type_=sa.Integer))

    @cached_property
    def later(self) -> Select[*tuple[Any, ...]]:
        edge = [
            sa.bindparam(f"{EDGE}{i}", type_=column.type)
            for i, column in enumerate(self.key)
        ]
        return self.first.where(sa.tuple_(*self.key) < sa.tuple_(*edge))

    @cached_property
    def number(self) -> Select[int]:
        rows = self.rows if self.counted is None else self.counted
        return counting(rows, self.cap)

    def past_the_end(self, after: str | None) -> int:
        """The total where no row can say it: before a cursor there may be many."""
        return 0 if after is None else self.count()

    def count(self) -> int:
        return db.session.scalar(self.number) or 0


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
