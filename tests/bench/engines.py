"""How soon an approved run starts, and how many runs a second both engines do."""

import random
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from sqlalchemy import func, select

from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.actions import start_bot
from dashboard.runs.models import Execution, Run, RunStatus, Trigger
from dashboard.workflows.models import Round
from tests.bench.family import cpu_ms_of
from tests.bench.instance import app_on, env_on
from tests.bench.table import Table, figure, ranked
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    vote,
)
from tests.processes import await_true
from tests.redis import own_server, start_worker, url_of

SETTINGS = (("embedded", "sqlite"), ("rq", "postgresql"))
NOTHING = "def run(inputs, files):\n    return {}\n"
THREADS = 4
PATIENCE = 300
SAID = (
    "Bots that do nothing, in the real sandbox, at the tier this machine gives. "
    "*runs/s*: so many runs wait when a worker with {threads} threads (or processes) "
    "begins, from the first that starts to the last that ends. *CPU* is the worker's "
    "with all its processes and bots, without the database's. *approved to started*: "
    "one at a time, from the moment the deciding vote is counted to the moment the run "
    "starts, by the database's own times, at an idle worker."
)


def measure(shelves, folder, wanted, *, runs, approvals):
    """Both engines, each where it is meant to be."""
    table = Table(
        "Runs",
        named=("engine", "database"),
        compared=("runs/s", "approved to started, median ms"),
        note=SAID.format(threads=THREADS),
    )
    for engine, server in SETTINGS:
        if engine not in wanted:
            continue
        url = shelves[server].fresh(f"runs_{engine}")
        row = row_of(url, engine, folder, runs, approvals)
        table.rows.append({"engine": engine, "database": server, **row})
    return table


def row_of(url, engine, folder, runs, approvals):
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        place.chmod(0o711)  # bots have users of their own
        redis_url = url_of(place) if engine == "rq" else ""
        if redis_url:
            stack.enter_context(own_server(place))
        stack.enter_context(app_on(url, place, redis_url).app_context())
        stack.callback(leave)
        bot = make_bot(make_user("Uma"), NOTHING, run_policy=RunPolicy.OWNER)
        voter = make_user("Otto", role=Role.COUNCIL_OPERATOR)
        kind = make_type(make_council(voter), bot)
        for _ in range(runs):
            start_bot(bot.owner, bot, {}, {}, Trigger.PERSON)
        env = env_on(url, place, redis_url)
        worker = stack.enter_context(start_worker(env, engine, f"--threads={THREADS}"))
        rate, cpu = runs_a_second(worker, runs)
        took = [approved_to_started(bot.owner, voter, kind) for _ in range(approvals)]
        return {
            "sandbox": db.session.scalar(select(Execution.tier).limit(1)),
            "runs": runs,
            "runs/s": figure(rate),
            "CPU ms a run": figure(cpu),
            "approvals": approvals,
            "approved to started, median ms": figure(median(took)),
            "p95 ms": figure(ranked(took, 0.95)),
        }


def leave():
    db.session.remove()
    db.engine.dispose()


def runs_a_second(worker, count):
    """Of what waited for this worker; and what one costs it with all it starts."""
    before = cpu_ms_of(worker.pid)
    wait_for_all()
    used = cpu_ms_of(worker.pid) - before
    first_last = select(func.min(Run.started_at), func.max(Run.ended_at))
    first, last = db.session.execute(first_last).one()
    db.session.rollback()
    return count / (last - first).total_seconds(), used / count


def wait_for_all():
    await_true(lambda: not unfinished(), PATIENCE)
    db.session.rollback()


def unfinished():
    db.session.rollback()
    live = select(Run.id).where(Run.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]))
    return db.session.scalar(live.limit(1))


def approved_to_started(proposer, voter, kind):
    """Milliseconds; the votes come at any moment of the worker's rhythm."""
    workflow = open_vote(proposer, kind)
    time.sleep(random.uniform(0, 0.2))  # noqa: S311 # no secret
    vote(workflow, voter)
    wait_for_all()
    times = (
        select(Round.decided_at, Run.started_at)
        .join(Run, Run.round_id == Round.id)
        .where(Run.workflow_id == workflow.id)
    )
    decided, started = db.session.execute(times).one()
    db.session.rollback()
    return (started - decided).total_seconds() * 1e3
