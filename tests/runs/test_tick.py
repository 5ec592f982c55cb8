"""The tick: what features register is done in every worker, whatever else fails."""

from datetime import timedelta
from threading import Event

import pytest
from flask import current_app
from sqlalchemy import select

from dashboard import tick
from dashboard.audit import origin
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.beats import RQ, Sign
from dashboard.runs.models import WorkerBeat
from dashboard.sweep import Sweep
from tests.factories import stored

SIGN = Sign("one:1", RQ, 3)


@pytest.fixture
def registry():
    """An empty list of jobs, for one test."""
    jobs, beside = dict(tick.JOBS), dict(tick.BESIDE)
    tick.JOBS.clear()
    tick.BESIDE.clear()
    yield
    tick.JOBS.clear()
    tick.BESIDE.clear()
    tick.JOBS.update(jobs)
    tick.BESIDE.update(beside)


@pytest.fixture
def sweep(app, real_database, registry):
    return Sweep(app, SIGN)


def test_a_registered_job_is_done_in_an_app_as_the_worker(sweep, app):
    seen = []
    tick.every(0, "look", lambda: seen.append((current_app.name, origin.get().via)))

    sweep.once({})
    sweep.once({})

    assert seen == [(app.name, "worker")] * 2


def test_a_job_with_a_pause_waits_for_it(sweep):
    done = []
    tick.every(3600, "hourly", lambda: done.append("hourly"))

    sweep.once({})
    sweep.once({})

    assert done == ["hourly"]


def test_a_job_that_fails_stops_no_other(sweep, caplog):
    done = []
    tick.every(0, "broken", lambda: 1 / 0)
    tick.every(0, "sound", lambda: done.append("sound"))

    sweep.once({})

    assert done == ["sound"]
    assert "broken failed" in caplog.text


def test_what_is_kept_beside_the_runs_is_ticked_and_closed(sweep):
    told = []

    class Sender:
        def __init__(self, app):
            told.append(app.name)

        def tick(self):
            told.append("tick")

        def close(self):
            told.append("close")

    tick.beside("sender", Sender)
    stopping = Event()
    stopping.set()

    sweep.run(stopping)

    assert told == [sweep.app.name, "tick", "close"]


def test_a_worker_says_who_it_is_and_probes_again_when_asked(sweep):
    asked = WorkerBeat(
        name=SIGN.name,
        started_at=now(),
        seen_at=now() - timedelta(minutes=5),
        probe_asked_at=now(),
    )
    stored(asked)
    before = now()

    sweep.once({})

    beat = db.session.scalars(
        select(WorkerBeat).execution_options(populate_existing=True)
    ).one()
    assert (beat.name, beat.engine, beat.threads) == ("one:1", "rq", 3)
    assert beat.seen_at >= before
    assert beat.probe_asked_at is None
    assert beat.evidence["probed_at"] >= before.isoformat()
    assert beat.tier == beat.evidence["tier"]
