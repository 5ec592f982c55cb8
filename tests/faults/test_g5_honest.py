"""G5: what may have had an effect outside is not silently done again."""

import time

import pytest

from tests.faults.survey import Survey
from tests.faults.work import alone, at_work, bot_of, journal, unfinished
from tests.processes import await_true

ENGINES = ("embedded", "rq")
PATIENCE = 60


def unsure(world, times):
    """Each worker dies between its bot's effect and the commit of the step."""
    survey = Survey("killed-after-effect", n=times)
    with journal() as kept:
        for _ in range(times):
            with at_work(world):
                [run_id] = alone(bot_of(kept, seconds=30, retry="never"), 1)
            victim = world.worker(threads=1)
            await_true(lambda key=f"{run_id}/1": key in kept.keys, PATIENCE)
            victim.crash()
            began = time.monotonic()
            other = world.worker(threads=1)
            await_true(lambda: settled(world, kept), PATIENCE)
            survey.recover.append(time.monotonic() - began)
            other.crash()
        reviewed = "SELECT count(*) FROM runs WHERE status = 'needs_review'"
        survey.survived = world.one(reviewed)
        survey.lost = times - survey.survived
        survey.dup = len(kept.keys) - times
    return survey


def settled(world, kept):
    """Left for people to look at, or wrongly done again."""
    return unfinished(world) == 0 or len(kept.keys) > len(set(kept.keys))


TRIALS = {"killed-after-effect": lambda world, long: unsure(world, 30 if long else 1)}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_step_that_may_not_repeat_waits_for_people(make_world, engine):
    survey = TRIALS["killed-after-effect"](make_world(engine), False)

    assert survey.held, survey


def test_without_the_rule_it_would_be_done_again(make_mutant):
    world = make_mutant(mutant="repeat_anything")

    survey = TRIALS["killed-after-effect"](world, False)

    assert survey.dup, survey
