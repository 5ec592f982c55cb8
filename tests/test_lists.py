"""A list's cursor comes back from a stranger, and is read like any other input."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry
from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.errors import Invalid
from dashboard.lists import Paged, paginate, read_cursor, write_cursor
from dashboard.users.models import User
from tests.factories import make_bot

ID = UUID(int=7)
OWNED = sa.select(Bot.id, User.name).outerjoin(User, User.id == Bot.owner_id)


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ([AuditEntry.seq], [2**63 - 1]),
        ([User.id], [ID]),
        ([User.created_at, User.id], [now(), ID]),
        ([User.name, User.id], ["Žofie", ID]),
    ],
)
def test_a_cursor_leads_back_to_where_it_was_made(key, values):
    edge = read_cursor(write_cursor(values), key)

    assert list(edge.values()) == values


@pytest.mark.parametrize(
    ("key", "cursor"),
    [
        (AuditEntry.seq, "x"),
        (AuditEntry.seq, "é"),
        (AuditEntry.seq, write_cursor([])),
        (AuditEntry.seq, write_cursor([1, 2])),
        (AuditEntry.seq, write_cursor(["1"])),
        (AuditEntry.seq, write_cursor([2**63])),
        (AuditEntry.seq, write_cursor([-(10**30)])),
        (User.id, write_cursor(["not-an-id"])),
        (User.id, write_cursor([7])),
        (User.created_at, write_cursor(["yesterday"])),
        (User.name, write_cursor(["a\0b"])),
    ],
)
def test_a_damaged_cursor_is_refused_in_a_sentence(key, cursor):
    with pytest.raises(Invalid) as refused:
        read_cursor(cursor, [key])

    assert refused.value.errors["after"].startswith("This link is damaged.")


def test_the_total_comes_with_the_page_and_stays_behind_its_end(ada, statements):
    for _ in range(3):
        make_bot(ada)
    rows, key = Bot.rows_for(ada), Bot.id
    statements.clear()

    first = paginate(rows, key, limit=2)
    assert (len(first.items), first.total, len(statements)) == (2, 3, 1)
    last = paginate(rows, key, after=first.next, limit=2)
    assert (len(last.items), last.total, last.next) == (1, 3, None)
    end = paginate(rows, key, after=write_cursor([last.items[-1].id]), limit=2)
    assert (len(end.items), end.total) == (0, 3)


def test_pages_that_are_kept_answer_every_address(ada):
    pages = Paged(Bot.rows_for(ada), (Bot.id,))
    ids = sorted((make_bot(ada).id for _ in range(3)), reverse=True)

    first = pages.page(None, 1)
    rest = pages.page(first.next, 5)
    make_bot(ada)

    assert [row.id for row in (*first.items, *rest.items)] == ids
    assert pages.page(None, 25).total == 4


def test_a_table_joined_for_its_columns_alone_is_not_counted(database, ada):
    make_bot(ada)

    assert Paged(OWNED, (Bot.id,)).count() == (1, False)
    assert "users" not in plan_of_the_count(database, OWNED)


def test_a_table_that_a_filter_asks_stays(database, ada):
    make_bot(ada)
    rows = OWNED.where(User.name == "Nobody")

    assert Paged(rows, (Bot.id,)).count() == (0, False)
    assert "users" in plan_of_the_count(database, rows)


def plan_of_the_count(database, rows):
    """How the database goes about it: what it leaves out does not appear."""
    sent = []

    def note(connection, cursor, statement, parameters, context, executemany):
        sent.append((statement, parameters))

    sa.event.listen(database, "before_cursor_execute", note)
    Paged(rows, (Bot.id,)).count()
    sa.event.remove(database, "before_cursor_execute", note)
    words = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}
    statement, parameters = sent[-1]
    said = f"{words[database.dialect.name]} {statement}"
    return "\n".join(row[-1] for row in database.exec_driver_sql(said, parameters))
