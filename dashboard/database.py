"""Column types, the declarative base, and how SQLite is opened."""

from datetime import UTC, datetime
from enum import StrEnum
from threading import Lock
from typing import Annotated, Any
from uuid import UUID
from weakref import WeakSet

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import TimeoutError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PRAGMAS = (
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA busy_timeout = 10000",
)

MOST_JOINS_WEIGHED = 3
FAR_PAGE = 1.1
"""What a page costs that lies elsewhere, of what the next one does: no disk turns."""
NO_MEMOIZE = (
    "SELECT set_config(name, 'off', false) FROM pg_settings "
    "WHERE name = 'enable_memoize'"
)
"""PostgreSQL 13 knows no such setting, and need not be told."""

WRITING = Lock()
"""Whose turn it is, among the threads of this process, to write to SQLite."""
HOLDERS: WeakSet[Connection] = WeakSet()
"""Whoever has the turn: one at most."""
PATIENCE = 60.0
"""Seconds a writer waits for its turn."""

WRITE = {"sqlite_begin": "BEGIN IMMEDIATE"}
"""Execution options of a transaction that will write; PostgreSQL ignores them."""


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware datetime in UTC, on SQLite too."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A naive datetime cannot be stored; use clock.now().")
        return value.astimezone(UTC)

    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        if value is None:
            return None
        return (
            value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        )


Secret = Annotated[str, mapped_column(sa.String(256), info={"secret": True})]
"""Never shown, and masked in the audit trail."""

Bulky = Annotated[str, mapped_column(sa.Text, info={"bulky": True})]
"""Text whose digest, not whose content, goes into the audit trail."""

Stamp = Annotated[datetime, mapped_column(UtcDateTime, info={"unaudited": True})]
"""A time kept for convenience (last seen, last used) that is no news."""


def values_of(enum: type[StrEnum]) -> list[str]:
    return [member.value for member in enum]


class Model(DeclarativeBase):
    """A table with a time-ordered id."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {
        datetime: UtcDateTime,
        UUID: sa.Uuid,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        StrEnum: sa.Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            values_callable=values_of,
            validate_strings=True,
            length=32,  # fixed, so that a longer value changes the CHECK, not the type
        ),
    }

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-1)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.id}>"


@event.listens_for(Engine, "connect")
def open_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__ != "sqlite3":
        return
    connection.isolation_level = None  # the driver starts nothing by itself
    for pragma in PRAGMAS:
        connection.execute(pragma)


@event.listens_for(Engine, "connect")
def open_postgres(connection: Any, record: Any) -> None:
    """Keep joins in nearly the order they are written in, remember nothing of them, and
    follow indexes.

    Our statements begin with what narrows and join names outwards. Of seven tables
    PostgreSQL would weigh every order: ten times as long as it takes to find a page.
    And it would lay out memory for the names of as many rows as the list has, not as
    the page shows: a millisecond at five million. It takes it for four times as dear to
    read a row that an index names as the next one, as on a disk that turns, and would
    rather read twenty times as many.
    """
    if type(connection).__module__.partition(".")[0] != "psycopg2":
        return
    connection.autocommit = True  # what is set in a transaction ends with it
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET join_collapse_limit = {MOST_JOINS_WEIGHED};"
            f"SET random_page_cost = {FAR_PAGE}"
        )
        cursor.execute(NO_MEMOIZE)
    connection.autocommit = False


@event.listens_for(Engine, "begin")
def begin_sqlite(connection: Connection) -> None:
    """Readers share; a writer takes the lock first, so it never has to upgrade."""
    if connection.dialect.name == "sqlite":
        options = connection.get_execution_options()
        begin = options.get("sqlite_begin", "BEGIN")
        if begin != "BEGIN":
            await_turn(connection)
        try:
            connection.exec_driver_sql(begin)
        except BaseException:
            end_turn(connection)
            raise


def await_turn(connection: Connection) -> None:
    """Let this process's writers queue up, asleep.

    SQLite's own wait polls with growing pauses: of fifty threads some would starve.
    """
    if not WRITING.acquire(timeout=PATIENCE):
        raise TimeoutError(f"Others have been writing for {PATIENCE} seconds.")
    HOLDERS.add(connection)


def end_turn(connection: Connection) -> None:
    """Also of a connection that broke, and knows nothing of itself any more."""
    if connection in HOLDERS:
        HOLDERS.discard(connection)
        WRITING.release()


event.listen(Engine, "commit", end_turn)
event.listen(Engine, "rollback", end_turn)
