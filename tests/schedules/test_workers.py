"""Two workers, an hour of simulated time, a clock that jumps: each time once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import Run, RunStatus
from dashboard.schedules.deciding import CatchUp, Overlap
from dashboard.schedules.jobs import fire_due
from tests.factories import make_user
from tests.schedules.stage import at, counts, make_schedule, runs_of, set_clock, slots

START = datetime(2027, 6, 1, 12, 0, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
STEP = timedelta(seconds=30)
JUMPS = {0: 0, 15: 1, 30: 0, 40: -1, 50: 0}
"""From this minute of the hour on, the clock is so many hours off."""
EVERY = {
    "* * * * *": lambda time: True,
    "*/5 * * * *": lambda time: time.minute % 5 == 0,
    "7,37 * * * *": lambda time: time.minute in {7, 37},
    "0 * * * *": lambda time: time.minute == 0,
}
"""What each expression means, told without the library that reads it."""


@pytest.fixture
def ada(real_database):
    with at(START):
        yield make_user("Ada")


def moments():
    """What the clock says at each look of that hour."""
    for number in range(int(HOUR / STEP)):
        passed = number * STEP
        ahead = max(m for m in JUMPS if timedelta(minutes=m) <= passed)
        yield START + passed + JUMPS[ahead] * HOUR


def expected(cron, latest):
    """Every time of the schedule that the clock has reached, by our own count."""
    first = START.replace(second=0) + timedelta(minutes=1)
    minutes = int((latest - first) / timedelta(minutes=1)) + 1
    times = [first + timedelta(minutes=n) for n in range(minutes)]
    return [time for time in times if EVERY[cron](time)]


def live_through(app, moments, workers=2):
    """At each moment all workers look at once; now and then what runs is over."""
    together = Barrier(workers)

    def look(_):
        with app.app_context():
            together.wait()
            fire_due()

    with ThreadPoolExecutor(workers) as pool:
        for number, moment in enumerate(moments):
            set_clock(moment)
            list(pool.map(look, range(workers)))
            if number % 10 == 0:
                finish_all()


def finish_all():
    over = {"status": RunStatus.COMPLETED, "ended_at": now()}
    db.session.execute(sa.update(Run).values(**over))
    db.session.commit()


def test_each_time_is_used_once_whatever_the_clock_does(app, ada):
    kinds = [
        ("* * * * *", Overlap.SKIP, CatchUp.SKIP),
        ("*/5 * * * *", Overlap.SKIP, CatchUp.LAST),
        ("*/5 * * * *", Overlap.QUEUE, CatchUp.ALL),
        ("7,37 * * * *", Overlap.QUEUE, CatchUp.SKIP),
        ("0 * * * *", Overlap.SKIP, CatchUp.LAST),
    ]
    made = [
        make_schedule(ada, cron=cron, overlap=overlap, catch_up=catch_up)
        for cron, overlap, catch_up in kinds
    ]

    live_through(app, moments())

    latest = max(moments())
    for schedule in made:
        found = slots(schedule)
        assert [time for time, _ in found] == expected(schedule.cron, latest)
        fired = [status for _, status in found].count("fired")
        assert len(runs_of(schedule)) == fired
        assert schedule.next_at > latest
    caught_up = counts(made[2])
    assert caught_up == {"fired": len(expected("*/5 * * * *", latest))}
    assert counts(made[0])["missed"] >= 58  # the hour that the clock left out
    assert counts(made[1])["missed"] == 11  # of the twelve in it, the last one ran


def test_many_workers_at_one_moment_start_one_run(app, ada):
    schedule = make_schedule(ada, cron="* * * * *", overlap=Overlap.QUEUE)

    live_through(app, [START + timedelta(minutes=1, seconds=1)] * 3, workers=8)

    assert counts(schedule) == {"fired": 1}
    assert len(runs_of(schedule)) == 1
