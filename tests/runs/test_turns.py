"""Runs of one schedule that queue up: the next is told of as soon as it is its turn."""

import pytest
from redis import Redis
from rq import Queue
from sqlalchemy import update

from dashboard.clock import now
from dashboard.dispatch.again import came_too_early, dispatch_again
from dashboard.dispatch.line import QUEUE, line_of
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.claim import claim, ready
from dashboard.runs.ending import begin
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.runs.reconcile import give_back
from dashboard.schedules.models import Overlap, Schedule
from tests.factories import make_bot, make_run, make_user, stored
from tests.runs.stage import again
from tests.runs.test_starving import plan_of


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


@pytest.fixture
def pair(app, told, uma):
    """The first of the two has not begun; both hints were taken already."""
    bot = make_bot(uma, "def run(inputs):\n    return {}\n")
    schedule = stored(
        Schedule(
            bot_id=bot.id,
            owner_id=uma.id,
            name="Every hour",
            cron="0 * * * *",
            overlap=Overlap.QUEUE,
            next_at=now(),
        )
    )
    runs = [make_run(bot, schedule_id=schedule.id) for _ in range(2)]
    line_of(app).clear()
    return runs


def test_a_hint_that_came_too_early_is_given_again_in_time(app, pair):
    first, second = pair
    assert not execute(second.id)
    came_too_early(second.id)

    assert dispatch_again() == 0

    assert execute(first.id)
    assert dispatch_again() == 1
    assert again(second).dispatches == 2
    assert execute(second.id)


def test_a_hint_for_what_is_done_changes_nothing(pair):
    first, _ = pair
    told_at = first.dispatched_at
    execute(first.id)

    came_too_early(first.id)

    assert again(first).dispatched_at == told_at


def test_what_has_begun_goes_on_before_others_begin(app, told, uma):
    bot = make_bot(uma, "def run(inputs):\n    return {}\n")
    waiting, begun = make_run(bot), make_run(bot)
    line_of(app).clear()
    give_back(begin_it(begun))

    line_of(app).clear()
    db.session.execute(update(Run).values(dispatched_at=None))
    db.session.commit()
    dispatch_again()

    with Redis.from_url(told) as redis:
        hints = Queue(QUEUE, connection=redis).get_job_ids()
    assert [hint[4:40] for hint in hints] == [str(begun.id), str(waiting.id)]


def begin_it(run):
    taken = claim(run.id, "worker:1")
    assert begin(taken)
    return taken


def test_whose_turn_it_is_is_read_by_an_index(pair):
    assert "ix_runs_schedule" in plan_of(ready, 4) or not is_sqlite()


def is_sqlite():
    return db.session.get_bind().dialect.name == "sqlite"
