"""What is written down of a round: when it is decided, and when its run ends."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.metrics.models import WorkflowMetric
from dashboard.metrics.recording import record_decision, record_run
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.models import RunStatus
from tests.factories import latest_audit, make_bot, make_council, make_run, make_vote
from tests.metrics.rounds import decided, measured, ran

HOUR = 3600


def row_of(round_):
    return db.session.scalar(select(WorkflowMetric).filter_by(round_id=round_.id))


@pytest.fixture
def council(ada, olga, otto):
    return make_council(ada, olga, otto)


def test_times_and_weights_of_a_decided_round(council, ada, olga, otto):
    votes = [(olga, "approve", 2), (otto, "reject", 5)]
    round_ = measured(council, ada, votes, voters=[ada, olga, otto], early=True)

    row = row_of(round_)

    assert (row.first_vote_seconds, row.decision_seconds) == (2 * HOUR, 10 * HOUR)
    assert (row.eligible_weight, row.voted_weight) == (3, 2)
    assert (row.approve_weight, row.reject_weight) == (1, 1)
    assert (row.outcome, row.early, row.extended_seconds) == ("approved", True, 0)
    assert (row.workflow_id, row.council_id) == (round_.workflow_id, council.id)
    assert (row.queue_seconds, row.run_seconds, row.run_status) == (None, None, "")


def test_weights_are_those_frozen_at_the_opening(council, ada, olga, otto):
    votes = [(olga, "approve", 1), (otto, "abstain", 1)]
    round_ = decided(council, ada, votes)
    round_.voters[0].weight, round_.voters[1].weight = 4, 3
    weights = {voter.user_id: voter.weight for voter in round_.voters}

    record_decision(round_.workflow, round_)
    db.session.commit()

    row = row_of(round_)
    assert (row.eligible_weight, row.voted_weight) == (7, 7)
    assert (row.approve_weight, row.reject_weight) == (weights[olga.id], 0)


def test_a_veto_weighs_as_a_rejection(council, ada, olga):
    row = row_of(measured(council, ada, [(olga, "veto", 1)], "rejected"))

    assert (row.approve_weight, row.reject_weight) == (0, 1)


def test_a_vote_that_was_changed_or_voided_was_still_the_first(council, ada, olga):
    round_ = decided(council, ada, [(olga, "approve", 5)])
    first = round_.opened_at + timedelta(hours=1)
    make_vote(round_, olga, "reject", cast_at=first, superseded_at=now())
    db.session.refresh(round_)

    record_decision(round_.workflow, round_)
    db.session.commit()

    row = row_of(round_)
    assert (row.first_vote_seconds, row.reject_weight) == (HOUR, 0)


def test_a_round_that_nobody_had_to_vote_on_has_no_electorate(council, ada):
    row = row_of(measured(council, ada, [], took=timedelta(0)))

    assert (row.eligible_weight, row.voted_weight, row.decision_seconds) == (0, 0, 0)
    assert row.first_vote_seconds is None


def test_an_extension_is_measured(council, ada, olga):
    votes = [(olga, "approve", 1)]
    row = row_of(measured(council, ada, votes, extended=timedelta(hours=3)))

    assert row.extended_seconds == 3 * HOUR


def test_an_open_round_has_no_row(council, ada, olga):
    round_ = decided(council, ada, [(olga, "approve", 1)], decided_at=None)

    with pytest.raises(ValueError, match="not decided"):
        record_decision(round_.workflow, round_)


def test_the_end_of_the_run_completes_the_row(council, ada, olga):
    round_ = measured(council, ada, [(olga, "approve", 1)])

    record_run(ran(round_, RunStatus.FAILED))
    db.session.commit()

    row = row_of(round_)
    assert (row.queue_seconds, row.run_seconds, row.run_status) == (30, 5, "failed")


def test_a_run_that_never_started_says_how_it_ended(council, ada, olga):
    round_ = measured(council, ada, [(olga, "approve", 1)])

    record_run(ran(round_, RunStatus.CANCELLED, started_at=None))
    db.session.commit()

    row = row_of(round_)
    assert (row.queue_seconds, row.run_seconds) == (None, None)
    assert row.run_status == "cancelled"


def test_a_run_without_an_approval_writes_nothing(ada, statements):
    run = make_run(make_bot(ada))
    statements.clear()

    record_run(run)

    assert statements == []


def test_each_record_costs_one_statement(council, ada, olga, statements):
    round_ = decided(council, ada, [(olga, "approve", 1)])
    run, workflow = ran(round_), round_.workflow
    db.session.refresh(run)
    assert round_.ballots
    assert round_.seats
    assert workflow.council_id
    statements.clear()

    record_decision(workflow, round_)
    db.session.flush()
    record_run(run)

    assert [each.split()[0] for each in statements] == ["INSERT", "UPDATE"]


def test_what_is_computed_from_audited_rows_is_not_audited_again(council, ada, olga):
    round_ = decided(council, ada, [(olga, "approve", 1)])

    with audited(SYSTEM, Permission.WORKFLOW_DECIDE, round_.workflow):
        record_decision(round_.workflow, round_)

    assert latest_audit().changes == {}
    assert row_of(round_) is not None
