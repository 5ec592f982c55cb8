"""What a crew rehearses leaves nothing behind but knowledge."""

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from dashboard.dispatch import rehearsal
from dashboard.dispatch.rehearsal import play, rehearse
from dashboard.extensions import db
from dashboard.freezes.actions import freeze
from dashboard.freezes.models import Scope
from dashboard.freezes.schemas import FreezeIn
from dashboard.permissions import Role
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin
from dashboard.runs.models import Execution, Run, RunStatus, StepStatus
from dashboard.runs.steps import prepare
from tests.factories import make_bot, make_user
from tests.runs.stage import approved


def counted():
    """How many rows each table has, and where the audit trail ends."""
    db.session.rollback()
    tables = {
        table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
        for table in db.metadata.sorted_tables
    }
    head = db.session.execute(sa.select(db.metadata.tables["audit_head"])).all()
    db.session.rollback()
    return tables, head


@pytest.fixture
def compiled(real_database):
    """The statements that had to be compiled since."""
    found = []

    def note(connection, cursor, statement, parameters, context, executemany):
        if context.cache_hit is CacheStats.CACHE_MISS:
            found.append(statement)

    sa.event.listen(real_database, "before_cursor_execute", note)
    yield found
    sa.event.remove(real_database, "before_cursor_execute", note)


def test_it_plays_a_run_to_its_end(database):
    play()

    run, step = (
        db.session.scalar(sa.select(Run)),
        db.session.scalar(sa.select(Execution)),
    )
    assert (run.status, run.error) == (RunStatus.COMPLETED, "")
    assert step.status is StepStatus.COMPLETED
    assert step.log_lines == 1


def test_nothing_of_it_stays(app, real_database):
    before = counted()

    rehearse(app)

    assert counted() == before
    assert real_database.pool.checkedin() == 1  # the one that counted


def test_afterwards_the_way_to_a_start_is_compiled(app, real_database, compiled):
    uma = make_user("Uma", role=Role.USER)
    run = approved(uma, make_bot(uma))
    real_database.clear_compiled_cache()
    rehearse(app)
    compiled.clear()

    taken = claim(run.id, "worker:1")
    began = begin(taken)
    prepare(taken)

    assert began
    assert compiled == []


def test_a_database_that_is_away_keeps_no_crew_from_starting(
    app, real_database, monkeypatch, caplog
):
    def silent(at):
        raise sa.exc.OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(rehearsal, "approved_run", silent)

    rehearse(app)

    assert "rehearsal: the database did not answer" in caplog.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Run)) == 0


def test_a_freeze_leaves_it_at_the_claim(database, ada):
    freeze(ada, FreezeIn(scope=Scope.ALL, reason="Stop."))

    play()

    assert db.session.scalar(sa.select(Run)).status is RunStatus.QUEUED
