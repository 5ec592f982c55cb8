"""G2: what was approved is run, whatever Redis does; G17 takes it away altogether."""

import time

from tests.faults.survey import Survey
from tests.faults.work import (
    at_work,
    bot_of,
    breaks_in_chain,
    journal,
    two_steps,
    unfinished,
)
from tests.processes import await_true

ENGINES = ("rq",)
WITHIN = 15
PATIENCE = 240
FIRST = "SELECT count(*) FROM runs WHERE started_at IS NOT NULL"


def flushed(world, times, each, patience=PATIENCE):
    """Redis forgets everything while runs wait; workers come only afterwards."""
    survey = Survey("redis-flushed", n=times * each)
    with journal() as kept:
        for _ in range(times):
            with at_work(world):
                two_steps(bot_of(kept), each)
            world.box.flush()
            survey.recover.append(all_end(world, patience))
        return judged(world, survey)


def away(world, each, seconds):
    """Redis is stopped, work comes in all the same, and Redis comes back empty."""
    survey = Survey("redis-stopped", n=2 * each)
    with journal() as kept:
        world.worker()
        with at_work(world):
            two_steps(bot_of(kept), each)
        world.box.stop()
        with at_work(world):
            two_steps(bot_of(kept), each)
        time.sleep(seconds)
        world.box.start()
        survey.recover.append(all_end(world))
        return judged(world, survey)


def never(world, each):
    """A Redis is named in the settings and was never there."""
    world.box.stop()
    survey = Survey("redis-never-there", n=each)
    with journal() as kept:
        with at_work(world):
            two_steps(bot_of(kept), each)
        survey.recover.append(all_end(world))
        return judged(world, survey)


def all_end(world, patience=PATIENCE):
    """Seconds until a ready worker has begun all that waits; then they end."""
    if not world.alive:
        world.worker()
    total = world.one("SELECT count(*) FROM runs")
    try:
        seconds = await_true(lambda: world.one(FIRST) == total, patience)
        await_true(lambda: unfinished(world) == 0, patience)
    except RuntimeError:
        return patience  # what has not ended by now counts as lost
    return seconds


def judged(world, survey):
    done = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
    survey.survived, survey.lost = done, survey.n - done
    survey.dup = len(breaks_in_chain(world))
    return survey


TRIALS = {
    "redis-flushed": lambda world, long: flushed(world, *((25, 3) if long else (1, 3))),
    "redis-stopped": lambda world, long: away(world, *((20, 30) if long else (2, 1))),
    "redis-never-there": lambda world, long: never(world, 50 if long else 3),
}


def test_a_flushed_redis_costs_a_moment(make_world):
    survey = TRIALS["redis-flushed"](make_world("rq"), False)

    assert survey.held, survey
    assert survey.p95 < WITHIN, survey


def test_redis_goes_and_comes_back(make_world):
    survey = TRIALS["redis-stopped"](make_world("rq"), False)

    assert survey.held, survey
    assert survey.p95 < WITHIN, survey


def test_redis_was_never_there(make_world):
    survey = TRIALS["redis-never-there"](make_world("rq"), False)

    assert survey.held, survey
    assert survey.p95 < WITHIN, survey


def test_a_hint_that_is_not_told_again_would_be_missed(make_mutant):
    world = make_mutant("rq", mutant="tell_once")

    survey = flushed(world, 1, 2, patience=WITHIN)

    assert survey.lost, survey
