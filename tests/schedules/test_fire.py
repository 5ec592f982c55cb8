"""Firing: the run, its time and the next one; and what stands where none started."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard import clock
from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.claim import claim, ready
from dashboard.runs.models import RunStatus, Trigger
from dashboard.schedules.deciding import MOST_AT_ONCE, CatchUp, Overlap
from dashboard.schedules.jobs import Left, fire_due, start
from tests.factories import latest_audit, make_bot, make_user, make_version, stored
from tests.freezes.stage import make_freeze
from tests.runs.stage import finished
from tests.schedules.stage import (
    at,
    counts,
    make_schedule,
    note_of,
    runs_of,
    set_clock,
    slots,
)

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)
"""A Tuesday that has not come yet: nothing of ours is due before."""
HOURLY = "0 * * * *"


@pytest.fixture
def ada(database):
    with at(NOON - timedelta(minutes=30)):
        yield make_user("Ada")


def tick(moment):
    set_clock(moment)
    fire_due()
    db.session.rollback()


def test_at_its_time_the_bot_is_queued_in_its_owners_name(ada):
    schedule = make_schedule(ada, cron=HOURLY, inputs={"day": "today"})

    tick(NOON - timedelta(seconds=1))
    early = slots(schedule)
    tick(NOON)

    run = runs_of(schedule)[0]
    assert early == []
    assert slots(schedule) == [(NOON, "fired")]
    assert (run.trigger, run.started_by_id) == (Trigger.SCHEDULE, ada.id)
    assert run.inputs == {"day": "today"}
    assert schedule.next_at == NOON + timedelta(hours=1)
    assert latest_audit().detail["schedule"] == schedule.name
    assert (latest_audit().action, latest_audit().actor_id) == ("bot.run", ada.id)
    assert ready(10) == [run.id]


def test_a_time_is_used_once_however_often_one_looks(ada):
    schedule = make_schedule(ada, cron=HOURLY)

    for seconds in (0, 5, 10):
        tick(NOON + timedelta(seconds=seconds))

    assert len(runs_of(schedule)) == 1


def test_the_version_active_at_that_time_runs(ada):
    schedule = make_schedule(ada, cron=HOURLY)
    make_version(schedule.bot, "def run(inputs, files):\n    return {'n': 2}\n")

    tick(NOON)

    assert runs_of(schedule)[0].steps[0].version.number == 2


def test_switched_off_or_archived_it_starts_nothing(ada):
    off = make_schedule(ada, cron=HOURLY, is_on=False)

    tick(NOON)

    assert slots(off) == []


def test_while_the_run_before_is_not_over_a_time_is_skipped(ada):
    schedule = make_schedule(ada, cron=HOURLY)

    tick(NOON)
    tick(NOON + timedelta(hours=1))
    finished(runs_of(schedule)[0])
    tick(NOON + timedelta(hours=2))

    assert [status for _, status in slots(schedule)] == ["fired", "overlapped", "fired"]
    assert len(runs_of(schedule)) == 2


def test_queued_runs_of_a_schedule_wait_for_each_other(ada, monkeypatch):
    schedule = make_schedule(ada, cron=HOURLY, overlap=Overlap.QUEUE)
    alone = make_schedule(ada, cron=HOURLY)

    tick(NOON)
    tick(NOON + timedelta(hours=1))

    first, second = runs_of(schedule)
    assert set(ready(10)) == {first.id, runs_of(alone)[0].id}
    assert claim(second.id, "somebody") is None
    assert claim(first.id, "somebody")
    assert claim(second.id, "somebody") is None
    finished(first)
    assert ready(10)[-1] == second.id
    assert claim(second.id, "somebody")


@pytest.mark.parametrize(
    ("catch_up", "became"),
    [
        (CatchUp.SKIP, {"missed": 5}),
        (CatchUp.LAST, {"fired": 1, "missed": 4}),
        (CatchUp.ALL, {"fired": 5}),
    ],
)
def test_after_a_pause_times_are_caught_up_on_as_asked(ada, catch_up, became):
    schedule = make_schedule(ada, cron=HOURLY, overlap=Overlap.QUEUE, catch_up=catch_up)

    tick(NOON + timedelta(hours=4, minutes=20))

    assert counts(schedule) == became
    assert len(runs_of(schedule)) == became.get("fired", 0)
    assert schedule.next_at == NOON + timedelta(hours=5)


def test_after_a_long_pause_the_oldest_times_share_a_line(ada):
    schedule = make_schedule(ada, cron="* * * * *", catch_up=CatchUp.LAST)
    first = schedule.next_at

    tick(first + timedelta(days=400))

    found = slots(schedule)
    assert len(found) == MOST_AT_ONCE + 1
    assert found[0] == (first, "missed")
    assert found[-1] == (first + timedelta(days=400), "fired")
    assert len(runs_of(schedule)) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s: setattr(s.owner, "is_active", False), "no active account"),
        (lambda s: setattr(s.owner, "role", Role.VIEWER), "may not start bots"),
        (lambda s: setattr(s.bot, "status", BotStatus.INACTIVE), "switched off"),
        (lambda s: setattr(s.bot, "quarantined_at", now()), "in quarantine"),
        (lambda s: setattr(s.bot, "run_policy", RunPolicy.NOBODY), "council's vote"),
        (lambda s: make_freeze(s.owner), "pulled the brake"),
    ],
)
def test_what_may_not_run_is_refused_and_says_why(ada, change, said):
    schedule = make_schedule(ada, cron=HOURLY)
    change(schedule)
    db.session.commit()

    tick(NOON)

    assert slots(schedule) == [(NOON, "refused")]
    assert said in note_of(schedule)
    assert runs_of(schedule) == []
    assert schedule.next_at == NOON + timedelta(hours=1)


def test_what_changed_since_a_worker_looked_is_not_started(ada):
    schedule = make_schedule(ada, cron=HOURLY)
    set_clock(NOON)
    schedule.bot.status = BotStatus.INACTIVE
    db.session.commit()

    with pytest.raises(Left):
        start(schedule)

    assert slots(schedule) == runs_of(schedule) == []


def test_one_that_cannot_be_read_stops_no_other_and_is_asked_once(ada):
    broken = make_schedule(ada, cron=HOURLY)
    broken.cron = "every hour on the hour"
    lost = make_schedule(ada, cron=HOURLY)
    lost.timezone = "Atlantis/Capital"
    db.session.commit()
    sound = make_schedule(ada, cron=HOURLY)

    tick(NOON)
    tick(NOON + timedelta(seconds=5))

    assert slots(broken) == slots(lost) == [(NOON, "refused")]
    assert "no such time zone" in note_of(lost)
    assert slots(sound) == [(NOON, "fired")]


def test_a_clock_set_back_repeats_nothing(ada):
    schedule = make_schedule(ada, cron=HOURLY)

    tick(NOON)
    finished(runs_of(schedule)[0])
    tick(NOON - timedelta(hours=1))
    schedule.next_at = NOON  # as switching it off and on would have it
    stored(schedule)
    tick(NOON + timedelta(seconds=2))

    assert slots(schedule) == [(NOON, "fired")]
    assert schedule.next_at == NOON + timedelta(hours=1)


def test_a_run_and_its_time_are_kept_together_or_not_at_all(ada, monkeypatch):
    schedule = make_schedule(ada, cron=HOURLY)
    broken = RuntimeError("the machine stopped")

    with monkeypatch.context() as patch:
        patch.setattr(
            "dashboard.audit.append", lambda *_: (_ for _ in ()).throw(broken)
        )
        tick(NOON)

    assert slots(schedule) == runs_of(schedule) == []
    tick(NOON + timedelta(seconds=5))
    assert slots(schedule) == [(NOON, "fired")]


def test_by_the_clock_on_the_wall_it_fires_once_on_the_day_of_25_hours(ada):
    schedule = make_schedule(
        ada,
        cron="30 2 31 10 *",
        timezone="Europe/Madrid",
        next_at=datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
    )

    for minutes in (0, 60, 61, 120):
        tick(datetime(2027, 10, 31, 0, 30, tzinfo=UTC) + timedelta(minutes=minutes))

    assert slots(schedule) == [(datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "fired")]


def test_a_bot_with_no_worker_for_its_runs_keeps_a_queue_of_one(ada):
    schedule = make_schedule(ada, make_bot(ada, run_policy=RunPolicy.OWNER), HOURLY)

    for hour in range(4):
        tick(NOON + timedelta(hours=hour))

    assert [run.status for run in runs_of(schedule)] == [RunStatus.QUEUED]
    assert clock.now() >= NOON
