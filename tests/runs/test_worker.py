"""The worker as a process: it is killed, told to stop, and loses its database."""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.queue import Worker
from dashboard.runs.models import OutputFile, RunStatus, StepStatus, WorkerBeat
from dashboard.workflows.models import Status
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import (
    again,
    approved,
    events,
    log_of,
    processes_with,
    wait_for,
)

ROOT = Path(__file__).parents[2]
WRITES = (
    "import time\ndef run(inputs):\n    print('began', flush=True)\n"
    "    open('output/report.txt', 'w').write('done')\n"
    "    time.sleep({seconds})\n    return {{'done': True}}\n"
)


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


@contextmanager
def a_process(engine, tmp_path):
    """A real `flask worker` on this database, gone at the end."""
    env = {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": engine.url.render_as_string(hide_password=False),
        "SECRET_KEY": "s" * 32,
        "AUDIT_KEY": "a" * 32,
        "DATA_KEYS": "d" * 32,
        "INSTANCE_PATH": str(tmp_path / "instance"),
        "LEASE_SECONDS": "2",
        "FLASK_SKIP_DOTENV": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "worker", "--threads=2"]
    process = subprocess.Popen(  # noqa: S603 - our own program
        command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        ready = process.stdout.readline()
        assert ready.startswith("Worker ready: 2 threads, sandbox "), ready
        yield process
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def in_this_process(app, grace):
    """The same worker, in threads of the test."""
    worker = Worker(app, threads=2)
    worker.grace = grace
    thread = Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(20)
    assert not thread.is_alive()


def test_a_run_survives_its_killed_worker_and_takes_effect_once(
    uma, real_database, tmp_path
):
    bot = make_bot(uma, WRITES.format(seconds=3))
    run = approved(uma, bot)
    with a_process(real_database, tmp_path) as first:
        wait_for(lambda: log_of(run.steps[0]) == ["began"], 30)
        os.kill(first.pid, signal.SIGKILL)
        wait_for(lambda: not processes_with(f"{run.id}/1"))
    assert again(run).status is RunStatus.RUNNING

    with a_process(real_database, tmp_path):
        wait_for(lambda: again(run).status.is_final, 40)

    again(run)
    assert (run.status, run.attempt) == (RunStatus.COMPLETED, 2)
    assert run.output == {"done": True}
    assert [again(step).status for step in run.steps] == [StepStatus.COMPLETED]
    assert db.session.scalar(select(func.count()).select_from(OutputFile)) == 1
    assert events(run) == ["begin", "recover", "begin", "end"]
    again(bot)
    assert (bot.runs_total, bot.runs_completed) == (1, 1)
    assert again(run.workflow).status is Status.COMPLETED
    via = select(AuditEntry.via).where(AuditEntry.subject_id == run.id).distinct()
    assert db.session.scalars(via).all() == ["worker"]


def test_a_worker_told_to_stop_lets_its_bot_end(uma, real_database, tmp_path):
    run = make_run(make_bot(uma, WRITES.format(seconds=1)))
    with a_process(real_database, tmp_path) as process:
        wait_for(lambda: log_of(run.steps[0]) == ["began"], 30)

        process.send_signal(signal.SIGTERM)

        assert process.wait(15) == 0
        assert process.stdout.read() == "Worker stopped.\n"
    assert again(run).status is RunStatus.COMPLETED
    assert db.session.scalars(select(WorkerBeat)).all() == []


def test_a_worker_that_must_go_hands_its_run_back(app, uma):
    run = make_run(make_bot(uma, WRITES.format(seconds=60)))

    with in_this_process(app, grace=0.2) as worker:
        wait_for(lambda: log_of(run.steps[0]) == ["began"])
        beats = db.session.scalars(select(WorkerBeat.name)).all()
        assert beats == [worker.name]

    again(run)
    assert (run.status, run.attempt, run.token) == (RunStatus.QUEUED, 0, None)


def test_a_worker_outlives_a_database_that_was_away(app, uma, caplog):
    run = make_run(make_bot(uma))
    rename("runs", "runs_away")

    with in_this_process(app, grace=5):
        wait_for(lambda: "The database does not answer" in caplog.text)
        rename("runs_away", "runs")
        wait_for(lambda: again(run).status.is_final)

    assert again(run).status is RunStatus.COMPLETED


def test_a_worker_runs_several_at_once_and_the_rest_after(app, uma):
    bot = make_bot(uma, WRITES.format(seconds=0.5))
    runs = [make_run(bot) for _ in range(3)]

    with in_this_process(app, grace=5):
        wait_for(lambda: all(again(run).status.is_final for run in runs), 30)

    first, second, third = sorted(runs, key=lambda run: run.started_at)
    assert second.started_at < first.ended_at
    assert third.started_at >= min(first.ended_at, second.ended_at)


def rename(old, new):
    db.session.execute(sa.text(f"ALTER TABLE {old} RENAME TO {new}"))
    db.session.commit()
