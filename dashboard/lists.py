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
from sqlalchemy.sql.selectable import Join
from sqlalchemy.sql.util import find_tables

from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.schemas import Schema, checked

CAP = 10_000


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
    *key: InstrumentedAttribute[Any],
    after: str | None = None,
    limit: int = 25,
) -> Rows:
    """The page after a cursor, highest `key` first; its last column is a unique id.

    No column of the key may be NULL: SQL compares nothing with NULL.
    """
    position = sa.tuple_(*key)
    page = rows
    if after is not None:
        edge = sa.tuple_(*read_cursor(after, key))
        page = rows.where(position < edge)
    order = [column.desc() for column in key]
    names = [
        sa.type_coerce(column, column.type).label(f"_{i}")
        for i, column in enumerate(key)
    ]
    found = db.session.execute(
        page.add_columns(*names).order_by(*order).limit(limit + 1)
    ).all()

    shown = found[:limit]
    more = len(found) > limit
    cursor = write_cursor(shown[-1][-len(key) :]) if more else None
    total = count(rows)
    return Rows(shown, cursor, min(total, CAP), total > CAP)


def count(rows: Select[*tuple[Any, ...]]) -> int:
    """Count no further than one past the cap."""
    some = bare(rows).order_by(None).limit(CAP + 1)
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(some.subquery())) or 0
    )


def bare(rows: Select[*tuple[Any, ...]]) -> Select[int]:
    """As many rows, without the tables that are joined for their columns alone.

    A list joins outwards only what a row has at most one of: ten thousand rows are
    counted ten times as fast without.
    """
    one = rows.with_only_columns(sa.literal(1), maintain_column_froms=True)
    tables = one.get_final_froms()
    if len(tables) != 1:
        return one
    asked = set()
    if rows.whereclause is not None:
        asked = set(find_tables(rows.whereclause, check_columns=True))
    table = tables[0]
    while isinstance(table, Join) and table.isouter and table.right not in asked:
        table = table.left
    counted = sa.select(sa.literal(1)).select_from(table)
    return counted if rows.whereclause is None else counted.where(rows.whereclause)


def write_cursor(values: Sequence[object]) -> str:
    text = json.dumps(values, default=str, separators=(",", ":"))
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(
    cursor: str, key: Sequence[InstrumentedAttribute[Any]]
) -> list[sa.BindParameter[Any]]:
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


def typed(value: Any, column: InstrumentedAttribute[Any]) -> Any:
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
