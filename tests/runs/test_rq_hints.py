"""What is told to Redis, when, and how often; nobody executes anything here."""

import socket
from datetime import timedelta
from time import monotonic

import pytest
import sqlalchemy as sa
from flask import current_app
from redis import Redis

from dashboard.clock import now
from dashboard.dispatch.again import dispatch_again
from dashboard.dispatch.line import EXTENSION, Line, line_of, name_of
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.runs.claim import claim
from dashboard.runs.models import Run, RunStatus
from dashboard.runs.reconcile import give_back
from tests.factories import make_bot, make_run, stored
from tests.redis import own_server
from tests.runs.conftest import telling
from tests.runs.stage import again


@pytest.fixture
def waiting(app, told):
    """The names of the hints in line."""
    return line_of(app).waiting


@pytest.fixture
def silent(app):
    """A Redis that takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        yield from telling(app, f"redis://127.0.0.1:{port}")


def test_the_commit_that_queues_a_run_tells_of_it(waiting, uma):
    run = make_run(make_bot(uma))

    assert waiting() == {name_of(run.id, 1)}
    assert run.dispatches == 1
    assert now() - run.dispatched_at < timedelta(seconds=5)


def test_telling_costs_no_statement(app, told, uma, statements):
    bot = make_bot(uma)
    app.config["REDIS_URL"] = ""
    statements.clear()
    make_run(bot)
    untold = list(statements)

    app.config["REDIS_URL"] = told
    statements.clear()
    make_run(bot)

    assert [each.split()[:3] for each in statements] == [
        each.split()[:3] for each in untold
    ]


def test_what_was_rolled_back_is_not_told(waiting, uma):
    over = make_run(make_bot(uma), status=RunStatus.FAILED)
    over.status = RunStatus.QUEUED
    db.session.add(another(over))
    db.session.flush()

    db.session.rollback()
    db.session.commit()

    assert waiting() == set()


def test_of_a_part_that_was_rolled_back_nothing_is_told(waiting, uma):
    run = make_run(make_bot(uma))
    line_of(current_app).clear()
    whole = another(run)
    db.session.add(whole)
    db.session.flush()
    with db.session.begin_nested() as part:
        db.session.add(another(run))
        db.session.flush()
        part.rollback()
    with db.session.begin_nested():
        run.error = "A part that is kept."
    assert waiting() == set()

    db.session.commit()

    assert waiting() == {name_of(whole.id, 1)}


def test_redis_is_told_again_soon_after_it_came_back(app, told_in_vain, uma, tmp_path):
    app.extensions[EXTENSION] = Line(told_in_vain, rest=0.0)
    bot = make_bot(uma)
    make_run(bot)
    assert line_of(app).is_away

    with own_server(tmp_path):
        run = make_run(bot)

        assert line_of(app).waiting() == {name_of(run.id, 1)}


def test_a_run_for_later_is_told_when_its_time_has_come(waiting, uma):
    run = make_run(make_bot(uma), available_at=now() + timedelta(hours=1))
    assert waiting() == set()
    assert dispatch_again() == 0

    change(run, available_at=now())

    assert dispatch_again() == 1
    assert waiting() == {name_of(run.id, 1)}


def test_a_run_that_is_handed_back_is_told_again(waiting, uma):
    run = make_run(make_bot(uma))

    give_back(claim(run.id, "a worker"))

    assert again(run).status is RunStatus.QUEUED
    assert waiting() == {name_of(run.id, 1), name_of(run.id, 2)}


def test_a_lost_hint_is_sent_again_once_and_under_a_new_name(waiting, told, uma):
    run = make_run(make_bot(uma))
    with Redis.from_url(told) as redis:
        redis.flushall()
    assert dispatch_again() == 0  # it may still be on its way
    change(run, dispatched_at=now() - timedelta(seconds=11))

    assert (dispatch_again(), dispatch_again()) == (1, 0)

    assert waiting() == {name_of(run.id, 2)}


def test_a_hint_that_still_stands_in_line_is_not_sent_again(waiting, uma):
    run = make_run(make_bot(uma))
    change(run, dispatched_at=now() - timedelta(seconds=11))

    assert dispatch_again() == 0

    assert waiting() == {name_of(run.id, 1)}
    assert now() - again(run).dispatched_at < timedelta(seconds=5)


def test_nobody_is_told_of_a_run_that_may_not_start(waiting, uma, ada):
    stopped, frozen = make_run(make_bot(uma)), make_run(make_bot(uma))
    for run in (stopped, frozen):
        change(run, dispatched_at=now() - timedelta(seconds=11), dispatches=7)
    change(stopped, cancel_requested_at=now())
    facts = {"scope": Scope.ALL, "target": "all", "reason": "Fire."}
    stored(Freeze(frozen_by_id=ada.id, **facts))

    assert dispatch_again() == 0


def test_if_redis_is_silent_the_run_is_kept_and_nobody_waits(app, silent, uma):
    bot = make_bot(uma)
    make_run(bot)
    began = monotonic()

    runs = [make_run(bot) for _ in range(20)]

    assert monotonic() - began < 3
    assert line_of(app).is_away
    assert [again(run).dispatched_at for run in runs] == [None] * 20
    assert dispatch_again() == 0


def test_a_heap_that_nobody_takes_from_is_thrown_away(waiting, told, uma):
    run = make_run(make_bot(uma))
    with Redis.from_url(told) as redis:
        redis.rpush("rq:queue:workflows", *(f"old-{n}" for n in range(20_001)))
    change(run, dispatched_at=now() - timedelta(seconds=11))

    assert dispatch_again() == 1

    assert waiting() == {name_of(run.id, 2)}


def another(run):
    return Run(bot_id=run.bot_id, trigger=run.trigger)


def change(run, **values):
    db.session.execute(sa.update(Run).where(Run.id == run.id).values(**values))
    db.session.commit()
