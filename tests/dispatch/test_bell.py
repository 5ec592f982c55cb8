"""A run does not wait for the next look when the database can say that it came."""

from contextlib import contextmanager
from datetime import timedelta
from threading import Thread

import pytest

from dashboard import queue
from dashboard.clock import now
from dashboard.dispatch.bell import bell_of
from dashboard.extensions import begin_writing, db
from dashboard.permissions import Role
from dashboard.queue import Worker
from dashboard.runs.models import RunStatus
from tests.factories import make_bot, make_run, make_user
from tests.processes import await_true
from tests.runs.stage import again

NOTHING = "def run(inputs):\n    return {}\n"
FAR_TOO_LONG = 60


@pytest.fixture
def uma(app, real_database):
    if real_database.dialect.name != "sqlite":
        assert bell_of(app) is None
        pytest.skip("PostgreSQL has no such count: there Redis tells of runs.")
    return make_user("Uma", role=Role.USER)


@contextmanager
def working(app):
    worker = Worker(app, threads=1)
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield
    finally:
        worker.stop()
        thread.join(20)


def queued(bot, **over):
    begin_writing()  # the worker writes too
    return make_run(bot, **over)


def test_it_rings_once_for_what_others_commit(app, uma):
    bell = bell_of(app)
    bell.rang()

    nothing_new = bell.rang()
    make_bot(uma)
    heard, heard_again = bell.rang(), bell.rang()
    bell.close()

    assert (nothing_new, heard, heard_again) == (False, True, False)


def test_it_takes_no_connection_from_the_pool(app, uma):
    before = db.engine.pool.checkedout()

    bell = bell_of(app)

    assert db.engine.pool.checkedout() == before
    bell.close()


def test_a_bell_that_broke_is_silent(app, uma):
    bell = bell_of(app)
    bell.rang()
    bell.close()

    assert not bell.rang()


def test_a_worker_between_two_looks_hears_of_a_run(app, uma, monkeypatch):
    monkeypatch.setattr(queue, "HEARING_SECONDS", FAR_TOO_LONG)
    bot = make_bot(uma, NOTHING)

    with working(app):
        first, second = queued(bot), queued(bot)
        for run in (first, second):  # the second waits until the one thread is free
            await_true(lambda run=run: again(run).status.is_final, 20)

    ended = [again(run).status for run in (first, second)]
    assert ended == [RunStatus.COMPLETED] * 2


def test_what_time_alone_makes_due_is_found_all_the_same(app, uma):
    bot = make_bot(uma, NOTHING)

    with working(app):
        run = queued(bot, available_at=now() + timedelta(seconds=0.6))
        await_true(lambda: again(run).status is RunStatus.COMPLETED, 20)

    assert run.started_at >= run.available_at
