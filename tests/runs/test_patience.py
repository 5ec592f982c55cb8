"""A database that falls silent while a run is stored: nothing is lost or done twice."""

from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from dashboard.database import WRITE
from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus
from dashboard.runs.patience import patiently
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import again, events, log_of

BOT = "def run(inputs):\n    print('once')\n    return {'n': 1}\n"


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


@contextmanager
def silent_after(engine, sign, *, is_kept):
    """The first transaction with such a statement gets no answer to its commit."""
    state = {"met": False, "done": False}

    def look(connection, cursor, statement, *_):
        state["met"] |= sign in statement

    def fall_silent(connection):
        if not state["met"] or state["done"]:
            return
        assert WRITE.items() <= connection.get_execution_options().items()
        state["done"] = True
        own = connection.connection.dbapi_connection
        if is_kept:
            own.commit()
            if connection.dialect.name == "postgresql":
                own.cursor().execute("BEGIN")
        raise OperationalError("COMMIT", {}, Exception("the line was cut"))

    sa.event.listen(engine, "after_cursor_execute", look)
    sa.event.listen(engine, "commit", fall_silent)
    try:
        yield state
    finally:
        sa.event.remove(engine, "after_cursor_execute", look)
        sa.event.remove(engine, "commit", fall_silent)


@pytest.mark.parametrize("is_kept", [True, False])
@pytest.mark.parametrize("sign", ["log_chunks", "output=", "runs_total="])
def test_a_commit_without_an_answer_repeats_no_bot(uma, real_database, sign, is_kept):
    run = make_run(make_bot(uma, BOT))

    with silent_after(real_database, sign, is_kept=is_kept) as state:
        execute(run.id)

    again(run)
    assert state["done"]
    assert (run.status, run.step, run.attempt) == (RunStatus.COMPLETED, 1, 1)
    assert run.steps[0].attempt == 1
    assert events(run) == ["begin", "end"]
    assert set(log_of(run.steps[0])) == {"once"}


def test_an_error_that_is_no_silence_is_not_tried_again(uma):
    tries = []

    def work():
        tries.append(1)
        raise sa.exc.IntegrityError("INSERT", {}, Exception("UNIQUE"))

    with pytest.raises(sa.exc.IntegrityError):
        patiently(work)

    assert len(tries) == 1


def test_whoever_lost_the_run_meanwhile_does_not_try_again(uma):
    def work():
        raise OperationalError("SELECT", {}, Exception("gone"))

    with pytest.raises(OperationalError):
        patiently(work, lambda: True)
