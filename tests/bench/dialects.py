"""What the two kinds of database spell differently when they fill themselves."""

import sqlite3
from abc import ABC, abstractmethod
from contextlib import closing

import psycopg2
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


class Words(ABC):
    """Expressions over `n`, the number of a row; and a connection without rules."""

    def id(self, kind, number):
        """A UUIDv7 made of its moment, its kind and its number, in the order of these.

        `kind` has three hexadecimal digits, `number` is (its moment, what it is).
        """
        moment, own = number
        return self.uuid(f"{self.hex(moment, 12)} || '7{kind}8' || {self.hex(own, 15)}")

    def known(self, id_):
        return self.uuid(f"'{id_.hex}'")

    def filling(self, url):
        return closing(self.connect(sa.make_url(url)))

    @abstractmethod
    def connect(self, url): ...


class Sqlite(Words):
    dialect = sqlite.dialect()
    before = (
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA cache_size = -400000",
    )
    after = ("ANALYZE", "PRAGMA journal_mode = WAL")

    def connect(self, url):
        return sqlite3.connect(url.database, isolation_level=None)

    def series(self, first, last):
        return (
            f"(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL "
            f"SELECT n + 1 FROM s WHERE n < {last}) SELECT n FROM s)"
        )

    def hex(self, number, digits):
        return f"printf('%0{digits}x', {number})"

    def uuid(self, text):
        return text

    def json(self, text):
        return text

    def moment(self, ms):
        seconds = f"strftime('%Y-%m-%d %H:%M:%S', ({ms}) / 1000, 'unixepoch')"
        return f"{seconds} || printf('.%03d000', ({ms}) % 1000)"


class Postgresql(Words):
    dialect = postgresql.dialect()
    before = (
        "SET session_replication_role = replica",
        "SET maintenance_work_mem = '400MB'",
    )
    after = ("VACUUM ANALYZE", "CHECKPOINT")

    def connect(self, url):
        plain = url.set(drivername="postgresql")
        connection = psycopg2.connect(plain.render_as_string(hide_password=False))
        connection.autocommit = True
        return connection

    def series(self, first, last):
        return f"generate_series({first}::bigint, {last}::bigint) AS s(n)"

    def hex(self, number, digits):
        return f"lpad(to_hex({number}), {digits}, '0')"

    def uuid(self, text):
        return f"CAST({text} AS uuid)"

    def json(self, text):
        return f"CAST({text} AS json)"

    def moment(self, ms):
        return f"to_timestamp(({ms}) / 1000.0)"


WORDS = {"sqlite": Sqlite(), "postgresql": Postgresql()}
