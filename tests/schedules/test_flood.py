"""A schedule whose owner has too much waiting: each time says so, no entry does."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry, Result
from dashboard.extensions import db
from dashboard.schedules.deciding import CatchUp
from dashboard.schedules.jobs import fire_due
from tests.factories import make_run
from tests.schedules.stage import at, counts, make_schedule, note_of

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)


@pytest.fixture
def full(app, uma, monkeypatch):
    """Her bot has one run waiting, and that is as many as anybody may have."""
    monkeypatch.setitem(app.config, "RUNS_WAITING", 1)
    with at(NOON):
        schedule = make_schedule(uma, cron="* * * * *", catch_up=CatchUp.ALL)
        make_run(schedule.bot)
    return schedule


def test_many_refused_times_are_lines_of_the_schedule_and_no_entries(full):
    with at(NOON + timedelta(minutes=10)):
        fire_due()

    refused = select(func.count()).where(AuditEntry.result == Result.REFUSED)
    assert counts(full) == {"refused": 10}
    assert "has 1 runs waiting already" in note_of(full)
    assert db.session.scalar(refused) == 0
