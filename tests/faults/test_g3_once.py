"""G3: a step takes effect once, whoever is killed, stopped or told twice."""

import signal
import time
from functools import partial

import pytest

from tests.faults.survey import Survey
from tests.faults.work import (
    alone,
    at_work,
    bot_of,
    breaks_in_chain,
    committed_too_often,
    journal,
    two_steps,
    unfinished,
)
from tests.faults.world import LEASE
from tests.processes import await_true, members, strike

ENGINES = ("embedded", "rq")
WORKERS = 2
PATIENCE = 900
HELD = (
    "SELECT id, attempt FROM runs WHERE status = 'running' "
    "AND (worker LIKE :own OR worker LIKE :forked)"
)
MOVED = (
    "SELECT count(*) FROM runs WHERE id = :id AND "
    "(attempt > :attempt OR status NOT IN ('queued', 'running'))"
)


def killed(world, runs, kills, flushes=0):
    """Runs of two steps; workers are killed with all they started, and come back."""
    survey = Survey("worker-killed", n=runs)
    with journal() as kept:
        with at_work(world):
            two_steps(bot_of(kept), runs)
        for _ in range(WORKERS):
            world.worker(wait=False)
        await_true(lambda: unfinished(world) < runs, 60)
        flush_at = set(world.rng.sample(range(kills), flushes))
        for number in range(kills):
            time.sleep(world.rng.uniform(0.2, 0.9))
            if unfinished(world) == 0:
                break
            if number in flush_at:
                world.box.flush()
            survey.recover.append(kill_one(world))
        await_true(lambda: unfinished(world) == 0, PATIENCE)
        completed = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
        survey.survived, survey.lost = completed, runs - completed
        survey.dup = committed_too_often(world, 2) + len(breaks_in_chain(world))
        called = kept.keys
        survey.note = (
            f"{len(survey.recover)} kills, {flushes} FLUSHALL; bots were begun "
            f"{len(called)} times for {len(set(called))} steps"
        )
    return survey


def kill_one(world):
    """Kill a worker at random; seconds until another one holds all that it held."""
    victim = world.rng.choice(world.alive)
    own = {"own": f"%:{victim.pid}", "forked": f"%:{victim.pid}/%"}
    victims = world.rows(HELD, **own)
    victim.crash()
    began = time.monotonic()
    world.worker(wait=False)
    for run in victims:
        moved = partial(world.one, MOVED, id=run.id, attempt=run.attempt)
        await_true(moved, PATIENCE)
    return time.monotonic() - began


def stopped(world, times):
    """A worker sleeps past its lease with a run in hand, and then writes on."""
    survey = Survey("worker-stopped", n=times)
    with journal() as kept:
        for _ in range(times):
            with at_work(world):
                [run_id] = alone(bot_of(kept, seconds=1.0), 1)
            survey.recover.append(outlive(world, run_id))
            await_true(lambda: unfinished(world) == 0, PATIENCE)
            time.sleep(LEASE / 2)  # the sleeper's own word would come now
        completed = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
        survey.survived, survey.lost = completed, times - completed
        survey.dup = committed_too_often(world, 1) + len(breaks_in_chain(world))
    return survey


def outlive(world, run_id):
    """Stop whoever runs it until somebody else has it; seconds that took."""
    first = world.worker(threads=1)
    attempt = "SELECT attempt FROM runs WHERE id = :id"
    run = {"id": run_id.hex if "sqlite" in world.database_url else run_id}
    await_true(lambda: world.one(attempt, **run) == 1, 30)
    time.sleep(0.3)  # its bot has begun
    put_to_sleep(world, first)
    second = world.worker(threads=1)
    seconds = await_true(lambda: world.one(attempt, **run) == 2, 60)
    tell_all(first, signal.SIGCONT)
    await_true(lambda: unfinished(world) == 0, PATIENCE)
    for program in (first, second):
        program.end()
    return seconds


def put_to_sleep(world, worker):
    """Between two writes: in the midst of one it would hold up the database for all."""
    while True:
        tell_all(worker, signal.SIGSTOP)
        if world.is_free:
            return
        tell_all(worker, signal.SIGCONT)
        time.sleep(0.05)


def tell_all(worker, number):
    for pid in members(worker.pid):
        strike(pid, number)


TRIALS = {
    "worker-killed": lambda world, long: killed(
        world, *((500, 30) if long else (12, 2)), flushes=flushes_for(world, long)
    ),
    "worker-stopped": lambda world, long: stopped(world, 20 if long else 1),
}


def flushes_for(world, long):
    return 0 if world.engine == "embedded" else 2 if long else 1


@pytest.mark.parametrize("engine", ENGINES)
def test_killed_workers_lose_nothing_and_double_nothing(make_world, engine):
    survey = TRIALS["worker-killed"](make_world(engine), False)

    assert survey.held, survey


def test_a_worker_that_slept_past_its_lease_is_not_believed(make_world):
    survey = TRIALS["worker-stopped"](make_world("embedded"), False)

    assert survey.held, survey


def test_without_the_fence_the_sleeper_would_be_believed(make_mutant):
    survey = TRIALS["worker-stopped"](make_mutant(mutant="no_fence"), False)

    assert survey.dup, survey
