"""Lists: keyset pages with a capped total."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select
from sqlalchemy.orm import InstrumentedAttribute

from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.schemas import Schema, checked

CAP = 10_000
TOTAL = "_total"
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


def paginate(
    rows: Select[*tuple[Any, ...]],
    *key: Key,
    after: str | None = None,
    limit: int = 25,
    counted: Select[*tuple[Any, ...]] | None = None,
) -> Rows:
    """The page after a cursor, highest `key` first; its last column is a unique id.

    No column of the key may be NULL: SQL compares nothing with NULL. `counted` finds
    as many rows with less work, where that is known.
    """
    page = rows
    if after is not None:
        edge = sa.tuple_(*read_cursor(after, key))
        page = rows.where(sa.tuple_(*key) < edge)
    order = [column.desc() for column in key]
    names = [
        sa.type_coerce(column, column.type).label(f"_{i}")
        for i, column in enumerate(key)
    ]
    number = counting(rows if counted is None else counted)
    page = page.add_columns(*names, number.scalar_subquery().label(TOTAL))
    found = db.session.execute(page.order_by(*order).limit(limit + 1)).all()

    shown = found[:limit]
    more = len(found) > limit
    cursor = write_cursor(shown[-1][-len(key) - 1 : -1]) if more else None
    total = found[0][-1] if found else past_the_end(number, after)
    return Rows(shown, cursor, min(total, CAP), total > CAP)


def count(rows: Select[*tuple[Any, ...]]) -> int:
    return db.session.scalar(counting(rows)) or 0


def counting(rows: Select[*tuple[Any, ...]]) -> Select[int]:
    """A statement that counts no further than one past the cap.

    The databases themselves leave out what is joined outwards by its unique id for
    its columns alone.
    """
    one = rows.with_only_columns(sa.literal(1), maintain_column_froms=True)
    some = one.order_by(None).limit(CAP + 1)
    return sa.select(sa.func.count()).select_from(some.subquery())


def past_the_end(number: Select[int], after: str | None) -> int:
    """The total where no row can say it: behind the last there may be many before."""
    return 0 if after is None else db.session.scalar(number) or 0


def write_cursor(values: Sequence[object]) -> str:
    text = json.dumps(values, default=str, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, key: Sequence[Key]) -> list[sa.BindParameter[Any]]:
    try:
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = [
            typed(value, column)
            for value, column in zip(json.loads(text), key, strict=True)
        ]
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise Invalid(
            {"after": "This link is damaged. Start from the first page."}
        ) from error
    return [
        sa.literal(value, column.type)
        for value, column in zip(values, key, strict=True)
    ]


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
