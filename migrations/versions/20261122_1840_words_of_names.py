"""full-text indexes of the names of bots and the titles of workflows."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "e4b1c09d7f35"
down_revision = "b872b163f1aa"
branch_labels = None
depends_on = None

NAMED = {"bots": "name", "workflows": "title"}
AT_ONCE = 5_000
IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
WORD = re.compile(rf"[{IDEOGRAPHS}]|[^\W_{IDEOGRAPHS}]+")
HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def upgrade() -> None:
    for named, name in NAMED.items():
        make(f"{named}_words")
        fill(named, name)


def make(words: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE VIRTUAL TABLE {words} USING fts5("
            "id UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 0')"
        )
        return
    op.create_table(
        words,
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{words}"),
    )
    op.execute(
        f"CREATE INDEX ix_{words}_words ON {words} "
        "USING gin (to_tsvector('simple', words))"
    )


def fill(named: str, name: str) -> None:
    """Oldest first: on SQLite what is added last is found first."""
    table = sa.table(named, sa.column("id", sa.Uuid()), sa.column(name, sa.String()))
    words = sa.table(
        f"{named}_words", sa.column("id", sa.Uuid()), sa.column("words", sa.Text())
    )
    rows = sa.select(table).order_by(table.c.id)
    found = op.get_bind().execute(rows.execution_options(yield_per=AT_ONCE))
    for part in found.partitions():
        values = [{"id": id_, "words": indexed(text)} for id_, text in part]
        op.get_bind().execute(sa.insert(words), values)


def indexed(name: str) -> str:
    return " ".join(dict.fromkeys(words_in(name) + words_in(HUMP.sub(" ", name))))


def words_in(text: str) -> list[str]:
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(each for each in decomposed if not unicodedata.combining(each))
    return WORD.findall(plain.casefold())


def downgrade() -> None:
    for named in NAMED:
        op.drop_table(f"{named}_words")
