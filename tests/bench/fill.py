"""Fill an empty database with a fleet, as fast as it lets us."""

import json
import time
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, DropIndex

from dashboard.audit import AuditHead
from dashboard.bots.models import Bot
from dashboard.extensions import db
from dashboard.full_text import WORDS as WORDS_OF
from tests.bench.dialects import WORDS
from tests.bench.fleet import Fleet, just_now
from tests.bench.instance import app_on
from tests.factories import make_council, make_type, make_user

AT_ONCE = 250_000


@dataclass(frozen=True)
class Filled:
    """A database with so many runs in it."""

    server: str
    rows: int
    url: str
    seconds: float
    ends: int
    """Milliseconds at which the newest run was queued."""
    user: str
    """The id of an admin."""


def filled(shelf, rows):
    """The database of this size: found, or made and filled now."""
    note = shelf.folder / f"{shelf.server}-{rows}.json"
    if note.exists():
        return Filled(**json.loads(note.read_text()))
    url = shelf.fresh(rows)
    ends = just_now()
    app = app_on(url, shelf.folder)
    with app.app_context():
        ada = make_user("Ada")
        council = make_council(ada)
        kind = make_type(council)
        db.session.remove()
        db.engine.dispose()
    words = WORDS[shelf.server]
    fleet = Fleet(words, rows, ends, council.id, kind.id)
    began = time.monotonic()
    with words.filling(url) as connection:
        pour(fleet, connection.cursor())
    seconds = round(time.monotonic() - began, 1)
    made = Filled(shelf.server, rows, url, seconds, ends, str(ada.id))
    note.write_text(json.dumps(asdict(made)))
    return made


def pour(fleet, cursor):
    """Without indexes, foreign keys and a safe disk while it lasts."""
    words = fleet.words
    for statement in words.before:
        cursor.execute(statement)
    for index in indexes(fleet):
        cursor.execute(str(DropIndex(index).compile(dialect=words.dialect)))
    for model, count, where, values in fleet.tables:
        for first in range(1, count + 1, AT_ONCE):
            last = min(first + AT_ONCE - 1, count)
            source = f"{words.series(first, last)} {where}"
            cursor.execute(insert(model.__table__, values, source, words))
    for model, table in WORDS_OF.items():
        cursor.execute(words_of(model, table))
    head = AuditHead.__tablename__
    hashed = words.hex(str(fleet.rows), 64)
    cursor.execute(f"UPDATE {head} SET seq = {fleet.rows}, hash = {hashed}")
    for index in indexes(fleet):
        cursor.execute(str(CreateIndex(index).compile(dialect=words.dialect)))
    for statement in words.after:
        cursor.execute(statement)


def words_of(model, table):
    """What the program would have kept: every name here is words and a full stop."""
    name = "name" if model is Bot else "title"
    said = f"replace(lower({name}), '.', '')"
    return (
        f"INSERT INTO {table.name} (id, words) "
        f"SELECT id, {said} FROM {model.__tablename__} ORDER BY id"
    )


def indexes(fleet):
    tables = dict.fromkeys(model.__table__ for model, *_ in fleet.tables)
    return [
        index
        for table in tables
        for index in sorted(table.indexes, key=lambda index: index.name)
        if not index.unique
    ]


def insert(table, values, source, words):
    """The statement, with the models' own defaults for what is not given."""
    rest = {
        column.name: default_of(column, words)
        for column in table.columns
        if column.name not in values and not column.nullable
    }
    every = {**values, **rest}
    names = ", ".join(f'"{name}"' for name in every)
    return (
        f"INSERT INTO {table.name} ({names}) "
        f"SELECT {', '.join(every.values())} FROM {source}"
    )


def default_of(column, words):
    if isinstance(column.type, sa.JSON):
        return words.json("'{}'")
    value = column.default.arg
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int) else f"'{value}'"
