"""Runs over Redis: real servers, real worker processes, and what happens to them."""

import os
import pickle
import signal
import zlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from redis import Redis
from sqlalchemy import select

from dashboard.clock import now
from dashboard.dispatch.line import Line, line_of
from dashboard.extensions import begin_writing, db
from dashboard.permissions import Role
from dashboard.runs.actions import cancel_run
from dashboard.runs.models import Run, RunStatus, StepStatus, WorkerBeat
from tests.conftest import on_postgresql, on_sqlite
from tests.factories import make_bot, make_run, make_user
from tests.redis import kill_tree, own_server, start_worker, worker_env
from tests.runs.stage import (
    again,
    approved,
    events,
    lapse,
    log_of,
    processes_with,
    wait_for,
)

WAITS = (
    "import time\ndef run(inputs):\n    print('began', flush=True)\n"
    "    time.sleep({seconds})\n    return {{'done': True}}\n"
)


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


@pytest.fixture
def env(real_database, tmp_path):
    """A lease that a busy machine can keep; the tests let it lapse by hand."""
    url = real_database.url.render_as_string(hide_password=False)
    return worker_env(url, tmp_path, LEASE_SECONDS="5")


def test_a_hint_starts_a_run_once_however_often_it_comes(app, uma, told, env):
    bot = make_bot(uma, WAITS.format(seconds=0.5))
    with start_worker(env | {"REDIS_URL": told}, "rq", "--threads=2") as worker:
        run = ordered(bot)
        Line(told).send([(run.id, n) for n in range(2, 12)])
        wait_for(lambda: log_of(run.steps[0]) == ["began"])
        beat = db.session.scalars(select(WorkerBeat)).one()
        db.session.expunge(beat)
        wait_for(lambda: not line_of(app).waiting())

        worker.terminate()

        assert worker.wait(15) == 0
        assert worker.log.read_text().endswith("Worker stopped.\n")
    again(run)
    assert (run.status, run.attempt, run.dispatches) == (RunStatus.COMPLETED, 1, 1)
    assert events(run) == ["begin", "end"]
    assert (beat.engine, beat.threads) == ("rq", 2)
    assert beat.evidence["tier"] == beat.tier
    assert run.worker.startswith(f"{beat.name}/")
    assert db.session.scalars(select(WorkerBeat)).all() == []


def test_a_run_outlives_the_process_and_the_worker_it_was_in(uma, told, env):
    env |= {"REDIS_URL": told}
    run = approved(uma, make_bot(uma, WAITS.format(seconds=1)))
    with start_worker(env, "rq", "--threads=1") as first:
        wait_for(lambda: log_of(run.steps[0]) == ["began"])
        os.kill(process_of(run), signal.SIGKILL)
        lapse(run)
        wait_for(lambda: log_of(run.steps[0]).count("began") == 2)
        kill_tree(first)
    assert again(run).status is RunStatus.RUNNING
    lapse(run)

    with start_worker(env, "rq", "--threads=1"):
        wait_for(lambda: again(run).status.is_final, 30)

    again(run)
    assert (run.status, run.attempt) == (RunStatus.COMPLETED, 3)
    assert [again(step).status for step in run.steps] == [StepStatus.COMPLETED]
    assert events(run) == ["begin", "recover", "begin", "recover", "begin", "end"]


@on_postgresql
def test_runs_go_on_without_redis_and_are_told_when_it_is_back(
    uma, told_in_vain, env, tmp_path
):
    bot = make_bot(uma)
    before = make_run(bot)
    env |= {"REDIS_URL": told_in_vain, "LEASE_SECONDS": "2"}
    with start_worker(env, "rq", "--threads=1") as worker:
        wait_for(lambda: again(before).status is RunStatus.COMPLETED)
        with own_server(tmp_path):
            wait_for(lambda: worker.log.read_text().count("Redis answers again") == 2)
            after = ordered(bot)
            forget(after)
            wait_for(lambda: again(after).status is RunStatus.COMPLETED)

    assert "/" not in again(before).worker
    assert "/" in after.worker


@on_sqlite
def test_rq_worker_as_typed_runs_stops_and_reads_no_pickle(
    app, uma, told, env, tmp_path
):
    run = make_run(make_bot(uma))
    long = make_run(make_bot(uma, WAITS.format(seconds=60)))
    line_of(app).clear()
    forget(run)
    plant(told, tmp_path / "planted")

    with start_worker(env | {"REDIS_URL": told}, "plain rq") as worker:
        wait_for(lambda: again(run).status is RunStatus.COMPLETED)
        forget(long)
        wait_for(lambda: log_of(long.steps[0]) == ["began"])
        cancel_run(uma, long, "Not today.")
        wait_for(lambda: not processes_with(f"{long.id}/1"))
        wait_for(lambda: again(long).status is RunStatus.CANCELLED)
        worker.terminate()
        assert worker.wait(15) == 0

    assert again(run).dispatches == 2
    assert not (tmp_path / "planted").exists()
    assert worker.log.read_text().count("it is no hint of ours") == 2
    assert db.session.scalars(select(WorkerBeat)).all() == []


def ordered(bot):
    """A run that is ordered while a worker writes, too."""
    begin_writing()
    return make_run(bot)


def process_of(run):
    """The process that a run was forked for."""
    return int(again(run).worker.rpartition("/")[2])


def forget(run):
    """As if the hint of this run had been lost some time ago."""
    db.session.execute(
        sa.update(Run)
        .where(Run.id == run.id)
        .values(dispatched_at=now() - timedelta(minutes=1))
    )
    db.session.commit()


class Bomb:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def plant(url, path):
    """Two jobs of somebody who can write to Redis: a pickle, and another function."""
    jobs = {"bomb": pickle.dumps(Bomb(path)), "other": other_function(path)}
    with Redis.from_url(url) as redis:
        for name, content in jobs.items():
            fields = {"data": zlib.compress(content), "origin": "workflows"}
            redis.hset(f"rq:job:{name}", mapping=fields | {"status": "queued"})
            redis.rpush("rq:queue:workflows", name)


def other_function(path):
    return b'["os.mkdir", null, ["%b"], {}]' % str(path).encode()
