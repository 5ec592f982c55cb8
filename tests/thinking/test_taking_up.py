"""An agent's step whose worker is gone goes on; what was paid is not paid twice."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from dashboard.model_calls.models import CallStatus
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.runs.reconcile import reconcile
from tests.listeners import HERE
from tests.model_calls.scripted import calls, drips, hangs, says
from tests.runs.stage import again, in_background, lapse, log_of, wait_for
from tests.thinking.stage import (
    SLEEP,
    approved,
    called_of,
    calls_of,
    make_thinker,
    people,
    scales,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cast(app, real_database, monkeypatch):
    monkeypatch.setitem(app.config, "LEASE_SECONDS", 4)
    return people()


def lost(app, run, until):
    """A worker that took the run, came so far, and lost it."""
    worker = in_background(app, run)
    wait_for(until)
    lapse(run)
    reconcile()
    worker.join(60)
    assert not worker.is_alive()


def test_whole_turns_and_finished_bots_are_not_done_again(app, cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma))
    model_server.calls("scales", {"grams": 300}, usage=(100, 10))
    model_server.scenes.append(drips())
    run = approved(uma, ada, agent)
    lost(app, run, lambda: any(call.text for call in calls_of(run)))
    before = calls_of(run)
    model_server.says("Heavy.", usage=(200, 20))

    assert execute(run.id)

    again(run)
    assert (run.status, run.error) == (RunStatus.COMPLETED, "")
    assert run.output == {"text": "Heavy."}
    first, second = calls_of(run)
    assert (first.id, first.tries, first.cost) == (before[0].id, 1, 120)
    assert second.tries == 2
    assert len(model_server.requests) == 3
    assert model_server.requests[2]["messages"] == model_server.requests[1]["messages"]
    (made,) = called_of(run)
    assert (made.attempt, made.status) == (1, StepStatus.COMPLETED)
    step = again(run.steps[0])
    assert step.attempt == 2
    assert [line.partition(" (")[0] for line in log_of(step)] == [
        "Turn 1: calls scales",
        "Scales v1: completed.",
        "--- Started again",
        "Turn 2: answers",
    ]


def test_a_bot_in_the_middle_is_run_again(app, cast, model_server):
    uma, ada = cast
    slow = SLEEP.replace("60", "2") + "    return {'n': 1}\n"
    agent = make_thinker(uma, model_server, scales(uma, slow, "Slow"), schema={})
    model_server.calls("slow", {})
    run = approved(uma, ada, agent)
    lost(app, run, lambda: called_of(run))

    assert execute(run.id)

    assert again(run).status is RunStatus.COMPLETED
    (made,) = called_of(run)
    assert (made.attempt, made.output) == (2, {"n": 1})
    assert len(model_server.requests) == 2


def test_a_bot_that_must_not_be_repeated_is_left_for_people(app, cast, model_server):
    uma, ada = cast
    bot = scales(uma, SLEEP, "Payer", config={"retry": "never"})
    agent = make_thinker(uma, model_server, bot, schema={})
    model_server.calls("payer", {})
    run = approved(uma, ada, agent)

    lost(app, run, lambda: called_of(run))

    assert again(run).status is RunStatus.NEEDS_REVIEW
    assert [made.status for made in called_of(run)] == [StepStatus.LOST]
    assert again(run.steps[0]).status is StepStatus.LOST


@contextmanager
def a_worker(engine, tmp_path):
    """A real `flask worker` on this database that may reach this machine."""
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECRET_KEY": "s" * 32,
        "AUDIT_KEY": "a" * 32,
        "DATA_KEYS": "d" * 32,
        "INSTANCE_PATH": str(tmp_path / "instance"),
        "OUTBOUND_ALLOW": HERE,
        "FLASK_SKIP_DOTENV": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads=1"]
    process = subprocess.Popen(  # noqa: S603  # our own program
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline().startswith("Worker ready")
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_a_killed_worker_costs_no_turn_twice(
    cast, real_database, model_server, tmp_path
):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma))
    model_server.scenes += [calls("scales", {"grams": 1}), hangs, says("Light.")]
    run = approved(uma, ada, agent)
    with a_worker(real_database, tmp_path) as first:
        wait_for(lambda: len(model_server.requests) == 2, 30)
        os.kill(first.pid, signal.SIGKILL)

    lapse(run)
    reconcile()

    assert execute(run.id)

    assert (again(run).status, run.error) == (RunStatus.COMPLETED, "")
    assert run.output == {"text": "Light."}
    first_call, second_call = calls_of(run)
    assert (first_call.tries, first_call.cost) == (1, 20)
    assert second_call.status is CallStatus.COMPLETED
    assert [made.attempt for made in called_of(run)] == [1]
    assert len(model_server.requests) == 3
