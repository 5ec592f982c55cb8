"""Records found by words of their names, with each database's own full-text index.

A name matches when every word that is looked for stands in it. The last one may be the
beginning of a word: somebody is still typing it. Case and accents do not count.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, event, func
from sqlalchemy.engine import Connection
from sqlalchemy.orm import InstrumentedAttribute, Mapper

from dashboard.database import Model
from dashboard.extensions import db
from dashboard.lists import CAP

IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Written without spaces: each is a word of its own."""
WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
SIMPLE: sa.ColumnElement[str] = sa.literal_column("'simple'")
"""PostgreSQL's configuration that knows no language: words as they stand."""
LAST_ADDED = sa.literal_column("rowid", sa.Integer).desc()

Asked = str | sa.BindParameter[str]
"""Words in an index's own language, or where they will stand."""
Named = InstrumentedAttribute[str]
WORDS: dict[type[Model], sa.Table] = {}
"""The table of words of each model that is found by them.

Migrations make them by hand: on SQLite they are virtual (FTS5), on PostgreSQL plain
with an index (GIN). Neither is anything that models could declare.
"""


def find_by_words(name: Named) -> None:
    """From now on keep the words of this column, in the transaction that writes it."""
    model: type[Model] = name.parent.class_
    table = sa.Table(
        f"{model.__tablename__}_words",
        sa.MetaData(),
        sa.Column("id", sa.Uuid),
        sa.Column("words", sa.Text),
    )
    WORDS[model] = table

    @event.listens_for(model, "after_insert")
    def add(mapper: Mapper[Any], connection: Connection, record: Model) -> None:
        words = indexed(getattr(record, name.key))
        connection.execute(table.insert().values(id=record.id, words=words))

    @event.listens_for(model, "after_update")
    def change(mapper: Mapper[Any], connection: Connection, record: Model) -> None:
        if not sa.inspect(record).attrs[name.key].history.has_changes():
            return
        words = indexed(getattr(record, name.key))
        of_it = table.update().where(table.c.id == record.id)
        connection.execute(of_it.values(words=words))


def words_in(text: str) -> list[str]:
    return WORD.findall(folded(text))


def folded(text: str) -> str:
    """Without case, accents and the ways to write the same letter."""
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return plain.casefold()


def indexed(name: str) -> str:
    """The words of a name; InvoiceCollector is three: the whole, invoice, collector."""
    return " ".join(dict.fromkeys(words_in(name) + words_in(HUMP.sub(" ", name))))


def named(model: type[Model], text: str) -> ColumnElement[bool]:
    """What a statement asks of this model's records, to be called by these words.

    It means the newest of them, as many as a list counts: a word may stand in every
    name.
    """
    index = index_here()
    asked = index.asked(text)
    return index.finds(model, asked, CAP + 1) if asked else sa.false()


@dataclass(frozen=True)
class Index:
    """How a database is asked for words."""

    quoted: str
    joined: str
    begun: str
    """What follows a last word that may be the beginning of one."""
    finds: Callable[[type[Model], Asked, int], ColumnElement[bool]]
    """The newest records that these words name, and no more than so many."""

    def asked(self, text: str) -> str:
        """The words of a text in this index's language; nothing, if it has none."""
        words = words_in(text)
        if not words:
            return ""
        begun = self.begun if folded(text).endswith(words[-1]) else ""
        return self.joined.join(self.quoted.format(word) for word in words) + begun


def index_here() -> Index:
    return INDEXES[db.session.get_bind().dialect.name]


def by_fts5(model: type[Model], asked: Asked, most: int) -> ColumnElement[bool]:
    table = WORDS[model]
    matches = sa.literal_column(table.name).op("MATCH")(asked)
    newest = sa.select(table.c.id).where(matches).order_by(LAST_ADDED).limit(most)
    return model.id.in_(newest)


def by_tsquery(model: type[Model], asked: Asked, most: int) -> ColumnElement[bool]:
    table = WORDS[model]
    found = func.to_tsvector(SIMPLE, table.c.words).bool_op("@@")
    matches = found(func.to_tsquery(SIMPLE, asked))
    # kept apart: it cannot know how many begin so, and might read all names for few
    every = sa.select(table.c.id).where(matches).offset(0).subquery()
    ids = sa.select(every).order_by(every.c.id.desc()).limit(most)
    # an array is looked up in the list's own order; a join would read the whole list
    newest = func.array(ids.scalar_subquery())
    return model.id == sa.any_(newest)


INDEXES = {
    "sqlite": Index('"{}"', " ", "*", by_fts5),
    "postgresql": Index("'{}'", " & ", ":*", by_tsquery),
}
