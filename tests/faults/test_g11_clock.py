"""G11: a clock that jumps fires no time twice, and skips none."""

import time
from collections import Counter
from datetime import datetime, timedelta

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.schedules.models import CatchUp, Overlap, Schedule
from tests.faults.conftest import each_engine
from tests.faults.survey import Survey
from tests.faults.work import at_work, bot_of, breaks_in_chain, journal, unfinished
from tests.processes import await_true

ENGINES = ("embedded", "rq")
STEP = 0.25
"""Seconds of ours for each minute of theirs."""
PATIENCE = 240
FIRED = (
    "SELECT schedule_id, count(*) AS n FROM schedule_slots WHERE status = 'fired' "
    "GROUP BY schedule_id"
)
DOUBLED = (
    "SELECT schedule_id FROM schedule_slots "
    "GROUP BY schedule_id, substr(CAST(due_at AS varchar(30)), 1, 16) "
    "HAVING count(*) > 1"
)


def jumped(world, minutes):
    """Two workers, whose clock runs fast, leaps ahead and is set back again."""
    survey = Survey("clock-jumps")
    clock = world.folder / "ahead"
    clock.write_text("0")
    world.env["QUORUM_CLOCK"] = str(clock)
    with journal() as kept:
        with at_work(world):
            bot = bot_of(kept, seconds=0)
            for overlap in Overlap:
                every_minute(bot, overlap)
        workers = [world.worker(), world.worker()]
        furthest = turn(clock, minutes)
        await_true(lambda: caught_up(world, furthest) or is_doubled(world), 60)
        await_true(lambda: unfinished(world) == 0, PATIENCE)
        for worker in workers:
            worker.end()
        judge(world, survey)
        survey.dup += len(breaks_in_chain(world))
    return survey


def every_minute(bot, overlap):
    schedule = Schedule(
        bot_id=bot.id,
        owner_id=bot.owner_id,
        name=f"Every minute, {overlap.value}",
        cron="* * * * *",
        overlap=overlap,
        catch_up=CatchUp.ALL,
        next_at=now().replace(second=0, microsecond=0) + timedelta(minutes=1),
    )
    db.session.add(schedule)
    db.session.commit()


def turn(clock, minutes):
    """An hour on after a third of the way, and an hour back after two; how far it got.

    In the short form a jump is as long as the way itself.
    """
    jump = min(60, minutes)
    furthest = 0
    for minute in range(minutes):
        leapt = jump if minutes // 3 <= minute < 2 * minutes // 3 else 0
        furthest = max(furthest, minute + leapt)
        clock.write_text(str(60 * (minute + leapt)))
        time.sleep(STEP)
    clock.write_text(str(60 * furthest))
    return furthest


def caught_up(world, furthest):
    """Every schedule waits for a time later than the clock has shown."""
    shown = now() + timedelta(minutes=furthest)
    waiting = [
        moment(row.next_at) for row in world.rows("SELECT next_at FROM schedules")
    ]
    return all(next_at > shown for next_at in waiting)


def is_doubled(world):
    """Enough is known then: this schedule will never catch up."""
    return bool(world.rows(DOUBLED))


def moment(value):
    """SQLite gives text, PostgreSQL a datetime."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(f"{value}Z")


def judge(world, survey):
    """Each minute from the first to the last, once for each schedule."""
    slots, runs = {}, Counter()
    for row in world.rows("SELECT schedule_id, due_at FROM schedule_slots"):
        due = moment(row.due_at).replace(second=0, microsecond=0)
        slots.setdefault(str(row.schedule_id), Counter())[due] += 1
    for row in world.rows("SELECT schedule_id FROM runs"):
        runs[str(row.schedule_id)] += 1
    for row in world.rows(FIRED):
        survey.dup += abs(runs[str(row.schedule_id)] - row.n)
    for times in slots.values():
        wanted = int((max(times) - min(times)).total_seconds() // 60) + 1
        survey.n += wanted
        survey.survived += len(times)
        survey.lost += wanted - len(times)
        survey.dup += sum(times.values()) - len(times)


TRIALS = {"clock-jumps": lambda world, long: jumped(world, 60 if long else 3)}


@each_engine
def test_each_time_is_used_once_whatever_the_clock_does(make_world, engine):
    survey = TRIALS["clock-jumps"](make_world(engine), False)

    assert survey.held, survey


def test_a_schedule_that_forgets_its_times_would_be_noticed(make_mutant):
    survey = jumped(make_mutant(mutant="forget_times"), 3)

    assert survey.dup, survey
