"""A line to the database that breaks: the session outlives it, no answer denies it."""

import pytest
import sqlalchemy as sa

from dashboard.extensions import begin_writing, db
from dashboard.silence import NOTHING_SAVED, PERHAPS_SAVED
from tests.conftest import administer
from tests.factories import make_user

PID = sa.text("SELECT pg_backend_pid()")


@pytest.fixture
def cut(real_database):
    """Break the line that the session holds, as a server does that goes down."""
    if real_database.dialect.name != "postgresql":
        pytest.skip("SQLite has no line that could break.")

    def break_it():
        pid = db.session.scalar(PID)
        administer(real_database.url, f"SELECT pg_terminate_backend({pid})")

    return break_it


def test_a_broken_line_is_closed_without_a_word_and_the_next_one_works(cut):
    begin_writing()
    cut()

    db.session.remove()

    assert make_user("Nora").id
    assert db.session.scalar(sa.text("SELECT count(*) FROM users")) == 1


def test_what_was_answered_stays_answered(app, cut):
    """The line breaks after the view and before the answer is on its way."""
    with app.test_request_context("/healthz"):
        db.session.scalar(PID)
        cut()

    with app.app_context():
        assert db.session.scalar(sa.text("SELECT 1")) == 1


@pytest.fixture
def falling_silent(real_database, monkeypatch):
    """Once this was written and committed, nothing answers any more."""
    nowhere = sa.create_engine("postgresql+psycopg2://x@127.0.0.1:1/x")
    engine, wanted, seen = db.engine, [], []

    def note(connection, cursor, statement, *_):
        seen.append(statement)

    def fall_silent(session):
        if any(wanted[0] in statement for statement in seen):
            monkeypatch.setitem(db.engines, None, nowhere)

    def after(sign):
        wanted.append(sign)
        sa.event.listen(engine, "after_cursor_execute", note)
        sa.event.listen(db.session, "after_commit", fall_silent)

    yield after
    sa.event.remove(engine, "after_cursor_execute", note)
    sa.event.remove(db.session, "after_commit", fall_silent)
    monkeypatch.undo()
    nowhere.dispose()


BOT = {"name": "Sorter", "code": "def run(inputs):\n    return {}\n", "message": "New"}


def test_a_change_that_can_not_be_shown_any_more_is_not_denied(app, falling_silent):
    api = app.test_client().with_key(make_user("Ada"))
    assert api.get("/api/v1/bots").status_code == 200  # and the key's use is noted
    falling_silent("INSERT INTO bots")

    answer = api.post("/api/v1/bots", json=BOT)

    assert (answer.status_code, answer.json["detail"]) == (503, PERHAPS_SAVED)


def test_who_only_reads_is_told_that_nothing_was_saved(app, falling_silent):
    api = app.test_client().with_key(make_user("Ada"))
    db.session.commit()
    falling_silent("UPDATE api_keys")

    answer = api.get("/api/v1/bots")

    assert (answer.status_code, answer.json["detail"]) == (503, NOTHING_SAVED)
