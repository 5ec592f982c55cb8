"""Rounds decided before there were metrics get the row they would have got."""

from datetime import timedelta

import flask_migrate
import sqlalchemy as sa
from uuid_utils.compat import uuid7

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.metrics.models import WorkflowMetric
from dashboard.metrics.recording import record_decision, record_run
from dashboard.permissions import Role
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows.models import Round
from tests.factories import make_council, make_round, make_user, make_vote
from tests.metrics.rounds import decided, ran

BEFORE = "7367ab9a4545"
COLUMNS = [c for c in WorkflowMetric.__table__.columns if c.name != "id"]


def make_history():
    """One of each kind of round there can be."""
    olga = make_user("Olga", role=Role.COUNCIL_OPERATOR)
    otto = make_user("Otto", role=Role.COUNCIL_OPERATOR)
    council = make_council(olga, otto)
    votes = [(olga, "approve", 2), (otto, "veto", 5)]
    decided(council, olga, votes, "rejected", extended=timedelta(hours=2))
    approved = decided(council, olga, votes[:1], early=True, voters=[olga, otto])
    changed = approved.opened_at + timedelta(hours=1)
    make_vote(approved, olga, "reject", cast_at=changed, superseded_at=now())
    make_vote(approved, otto, "reject", cast_at=changed, voided_at=now())
    approved.voters[1].weight = 5
    waiting = decided(council, olga, [], took=timedelta(0))
    ran(approved, RunStatus.FAILED)
    ran(waiting, RunStatus.RUNNING, ended_at=None)
    decided(council, olga, votes, outcome="cancelled")
    make_round(decided(council, olga, votes, "lapsed").workflow, olga, revision=2)


def rows():
    found = db.session.execute(sa.select(*COLUMNS).order_by(WorkflowMetric.round_id))
    return [dict(row._mapping) for row in found]


def record_everything():
    for round_ in db.session.scalars(sa.select(Round)).all():
        if round_.outcome in {"approved", "rejected", "lapsed"}:
            record_decision(round_.workflow, round_)
    db.session.flush()
    for run in db.session.scalars(sa.select(Run).where(Run.ended_at.is_not(None))):
        record_run(run)
    db.session.commit()


def test_backfilled_rows_are_those_recording_writes(app, real_database):
    make_history()
    record_everything()
    recorded = rows()
    db.session.remove()

    flask_migrate.downgrade(revision=BEFORE)
    flask_migrate.upgrade()

    assert len(recorded) == 4
    assert rows() == recorded


def test_more_rounds_than_fit_one_batch_are_all_measured(app, real_database):
    olga = make_user("Olga", role=Role.COUNCIL_OPERATOR)
    first = decided(make_council(olga), olga, [(olga, "approve", 1)])
    table = Round.__table__
    copy = db.session.execute(sa.select(table)).one()._asdict()
    again = [copy | {"id": uuid7(), "revision": n} for n in range(2, 1203)]
    db.session.execute(sa.insert(table), again)
    db.session.commit()
    db.session.remove()
    flask_migrate.downgrade(revision=BEFORE)
    flask_migrate.upgrade()

    found = rows()

    assert len(found) == 1202
    assert {row["decision_seconds"] for row in found} == {36_000}
    assert first.id in {row["round_id"] for row in found}
