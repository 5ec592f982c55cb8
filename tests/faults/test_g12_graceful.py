"""G12: a restart in good order fails no request, and loses and doubles no run."""

import signal
import time

from tests.factories import make_user
from tests.faults.conftest import each_engine
from tests.faults.crowd import Crowd, caller_for
from tests.faults.survey import Survey
from tests.faults.work import (
    alone,
    at_work,
    bot_of,
    breaks_in_chain,
    committed_too_often,
    journal,
    unfinished,
)
from tests.faults.world import free_port
from tests.processes import await_true, members, strike

ENGINES = ("embedded", "rq")
PATIENT = "8"
ENOUGH = 16
"""Runs for each restart: there is work in hand whenever one comes."""


def rolled(world, times):
    """Web and worker are told to restart, one after the other, under load."""
    survey, port = Survey("rolling-restart"), free_port()
    world.env["LEASE_SECONDS"] = PATIENT  # a second try is then a restart's fault
    with journal() as kept:
        with at_work(world):
            caller = caller_for(f"http://127.0.0.1:{port}", make_user("Ada"))
            alone(bot_of(kept, seconds=0.5), ENOUGH * times)
        answers = []
        web, worker = world.web(port), world.worker()
        with Crowd([lambda number: ask(caller, answers)] * 4) as crowd:
            for _ in range(times):
                time.sleep(world.rng.uniform(0.5, 1.0))
                reload(web)
                fresh = world.worker(wait=False)
                began = time.monotonic()
                strike(worker.pid, signal.SIGTERM)
                survey.lost += not worker.has_ended(30)
                survey.recover.append(time.monotonic() - began)
                worker = fresh
            await_true(lambda: unfinished(world) == 0, 120)
        judge(world, survey, answers, crowd.problems)
    return survey


def reload(web):
    """What a deploy does; the next one waits until this one is through."""
    old = set(members(web.pid)) - {web.pid}
    strike(web.pid, signal.SIGHUP)
    await_true(lambda: not old & set(members(web.pid)), 60)


def ask(caller, answers):
    answers.append(caller.call("GET", "/bots?limit=5")[0])


def judge(world, survey, answers, problems):
    total = world.one("SELECT count(*) FROM runs")
    done = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
    failed = [status for status in answers if status != 200]
    blamed = world.one("SELECT count(*) FROM runs WHERE attempt > 1")
    survey.n = total + len(answers)
    survey.lost += total - done + len(failed) + len(problems) + blamed
    survey.survived = survey.n - survey.lost
    survey.dup = committed_too_often(world, 1) + len(breaks_in_chain(world))
    survey.note = f"runs and requests {sorted(set(failed)) or ''}{problems or ''}"


TRIALS = {"rolling-restart": lambda world, long: rolled(world, 10 if long else 2)}


@each_engine
def test_a_rolling_restart_fails_nothing(make_world, engine):
    survey = TRIALS["rolling-restart"](make_world(engine), False)

    assert survey.held, survey


def test_a_worker_that_just_stops_would_be_noticed(make_mutant):
    survey = TRIALS["rolling-restart"](make_mutant(mutant="no_goodbye"), False)

    assert not survey.held, survey
