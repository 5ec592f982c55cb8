"""Finding by words: what a text means, on both databases, and that it keeps up."""

import flask_migrate
import pytest
import sqlalchemy as sa

from dashboard import full_text
from dashboard.bots.models import Bot
from dashboard.extensions import db
from dashboard.full_text import indexed, named
from dashboard.workflows.models import Workflow
from tests.factories import make_bot, make_council, make_type, make_user, propose

NAMES = (
    "Invoice collector 7",
    "Invoice collector 70",
    "eu-payroll_sync",
    "Café Zoë",
    "LedgerCheck",
    "数据收集器",
)


@pytest.fixture
def bots(ada):
    for name in NAMES:
        make_bot(ada, name=name)


def found(text):
    rows = sa.select(Bot.name).where(named(Bot, text)).order_by(Bot.id)
    return db.session.scalars(rows).all()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("collector", NAMES[:2]),
        ("INVOICE coll", NAMES[:2]),
        ("collector 7", NAMES[:2]),
        ("collector 7.", NAMES[:1]),
        ("7 invoice", NAMES[:1]),
        ("payroll", ["eu-payroll_sync"]),
        ("roll", []),
        ("invoice sync", []),
        ("cafe zoe", ["Café Zoë"]),
        ("CAFÉ", ["Café Zoë"]),
        ("cafe\N{COMBINING ACUTE ACCENT}", ["Café Zoë"]),
        ("check", ["LedgerCheck"]),
        ("ledgerch", ["LedgerCheck"]),
        ("收集", ["数据收集器"]),
    ],
)
def test_every_word_stands_in_the_name_and_the_last_may_be_begun(bots, text, names):
    assert found(text) == list(names)


@pytest.mark.parametrize("text", ["%", "—", "'", '"', " ", "*", "\\", ":*", "()"])
def test_a_text_without_a_word_finds_nothing(bots, text):
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "invoice' | 'x",
        'invoice" OR "x',
        "invoice NOT x",
        "invoice & !x",
        "words:invoice",
    ],
)
def test_what_means_something_to_a_database_is_only_a_word(bots, text):
    assert found(text) == []


@pytest.mark.parametrize("text", ["invoice:*", "(invoice)", '"invoice"', "invoice\\"])
def test_signs_around_a_word_do_not_count(bots, text):
    assert found(text) == list(NAMES[:2])


def test_a_new_name_is_found_and_the_old_one_no_longer(ada):
    bot = make_bot(ada, name="Old books")

    bot.name = "New shelves"
    db.session.commit()

    assert found("books") == []
    assert found("shelves") == ["New shelves"]


def test_a_change_that_keeps_the_name_writes_no_words(ada, statements):
    bot = make_bot(ada, name="Old books")
    statements.clear()

    bot.description = "Keeps them."
    db.session.commit()

    assert not [each for each in statements if "_words" in each]


def test_what_is_rolled_back_is_not_found(ada):
    make_bot(ada, name="Old books").name = "New shelves"
    db.session.flush()
    db.session.rollback()

    assert found("shelves") == []


def test_of_names_that_share_a_word_the_newest_are_meant(ada, monkeypatch):
    monkeypatch.setattr(full_text, "CAP", 1)
    for number in range(3):
        make_bot(ada, name=f"Books {number}")

    assert found("books") == ["Books 1", "Books 2"]


def test_the_migration_indexes_what_is_there(app, real_database):
    ada = make_user("Ada")
    make_bot(ada, name="LedgerCheck für Zoë")
    workflow = propose(ada, make_type(make_council(ada)), title="Close the books")
    db.session.remove()

    flask_migrate.downgrade(revision="b872b163f1aa")
    flask_migrate.upgrade()

    assert found("check") == found("fur zoe") == ["LedgerCheck für Zoë"]
    titles = sa.select(Workflow.id).where(named(Workflow, "books"))
    assert db.session.scalars(titles).all() == [workflow.id]


def test_the_words_of_a_name_are_told_once():
    assert indexed("Zoë's LedgerCheck, LedgerCheck") == "zoe s ledgercheck ledger check"
