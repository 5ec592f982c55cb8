"""G4: no run hangs for ever, and no bot outlives its worker."""

import time

import pytest

from tests.faults.survey import Survey
from tests.faults.work import alone, at_work, bot_of, journal
from tests.faults.world import LEASE
from tests.processes import await_true
from tests.runs.stage import processes_with

ENGINES = ("embedded", "rq")
WITHIN = LEASE + 10
BOT_GONE_WITHIN = 2


def taken_over(world, times):
    """A worker dies while its bot works: the bot is gone, the run goes on elsewhere."""
    survey = Survey("bot-orphaned", n=times)
    with journal() as kept:
        with at_work(world):
            bot_id = bot_of(kept, seconds=60).id
        for _ in range(times):
            survey.recover.append(orphan(world, kept, started(world, bot_id), survey))
    return survey


def started(world, bot_id):
    """The one run that waits: the worker that comes next has no other to do first."""
    with at_work(world):
        from dashboard.bots.models import Bot
        from dashboard.extensions import db

        return alone(db.session.get(Bot, bot_id), 1)[0]


def orphan(world, kept, run_id, survey):
    """Kill the worker of this run, then let another one find it; seconds it took."""
    key = f"{run_id}/1"
    first = world.worker(threads=1)
    await_true(lambda: key in kept.keys, 30)
    first.crash()
    began = time.monotonic()
    try:
        await_true(lambda: not processes_with(key), BOT_GONE_WITHIN)
        second = world.worker(threads=1)
        await_true(lambda: kept.keys.count(key) == 2, WITHIN)
        survey.survived += 1
    except RuntimeError:
        survey.lost += 1
        return WITHIN
    seconds = time.monotonic() - began
    cancel(world, run_id)
    second.end()
    return seconds


def cancel(world, run_id):
    """Asked to stop, it stops: the next trial begins with nothing at work."""
    with at_work(world):
        from dashboard.extensions import db
        from dashboard.runs.actions import cancel_run
        from dashboard.runs.models import Run

        run = db.session.get(Run, run_id)
        cancel_run(run.started_by, run)
    await_true(lambda: not processes_with(f"{run_id}/1"), BOT_GONE_WITHIN + 2)


TRIALS = {"bot-orphaned": lambda world, long: taken_over(world, 30 if long else 1)}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_goes_on_elsewhere_and_its_bot_dies_with_the_worker(make_world, engine):
    survey = TRIALS["bot-orphaned"](make_world(engine), False)

    assert survey.held, survey


def test_without_the_sweep_it_would_hang(make_mutant):
    survey = TRIALS["bot-orphaned"](make_mutant(mutant="no_reconcile"), False)

    assert survey.lost, survey
