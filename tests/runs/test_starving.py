"""Two hundred runs that wait for something keep no other from starting."""

import pytest
import sqlalchemy as sa

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.claim import claim, ready
from tests.factories import make_bot, make_run, make_user

MANY = 200
CODE = "def run(inputs):\n    return {}\n"


@pytest.fixture
def crowd(real_database):
    """Runs of a bot in quarantine, and after all of them one of a healthy bot."""
    uma = make_user("Uma", role=Role.USER)
    resting, healthy = make_bot(uma, CODE), make_bot(uma, CODE)
    for _ in range(MANY):
        make_run(resting)
    resting.quarantined_at = now()
    db.session.commit()
    return make_run(healthy)


def test_held_runs_at_the_head_of_the_line_are_passed_by(crowd):
    assert "ix_runs_" in plan_of(ready, 4)
    assert list(ready(4)) == [crowd.id]
    assert claim(crowd.id, "worker:1")


def plan_of(call, *arguments):
    """How the database goes about the statement that this call sends."""
    seen = []
    engine = db.session.get_bind()

    def note(connection, cursor, statement, parameters, *_):
        seen.append((statement, parameters))

    sa.event.listen(engine, "before_cursor_execute", note)
    call(*arguments)
    sa.event.remove(engine, "before_cursor_execute", note)
    statement, values = next(s for s in seen if "FROM runs" in s[0])
    explain = "EXPLAIN QUERY PLAN " if engine.dialect.name == "sqlite" else "EXPLAIN "
    rows = db.session.connection().exec_driver_sql(explain + statement, values)
    return str(rows.all())
