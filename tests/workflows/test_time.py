"""What time decides comes before whatever somebody does afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows import actions
from dashboard.workflows.jobs import advance_due, due
from dashboard.workflows.models import Status
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.workflows.test_rounds import age, close_in_the_past, round_of


def cancel(actor, workflow):
    actions.cancel(actor, workflow)


def edit(actor, workflow):
    actions.edit(actor, workflow, WorkflowEdit(title="Something else"), {})


def tried():
    """What was done or refused last, in order."""
    entries = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2)
    last = reversed(db.session.scalars(entries).all())
    return [(entry.action, entry.result, entry.actor_name) for entry in last]


@pytest.mark.parametrize(
    ("verb", "action"), [(cancel, "workflow.cancel"), (edit, "workflow.write")]
)
def test_a_vote_that_is_over_is_decided_before_anybody_takes_it_back(
    uma, type_, verb, action
):
    workflow = open_vote(uma, type_)
    moment = close_in_the_past(workflow)

    with pytest.raises(RuleBroken, match="moved on") as refused:
        verb(uma, workflow)

    assert refused.value.code == "wrong_state"
    assert (workflow.status, workflow.ended_at) == (Status.LAPSED, moment)
    assert (workflow.title, workflow.revision) == ("Clean up", 1)
    assert tried() == [
        ("workflow.decide", "done", "Quorum"),
        (action, "refused", "Uma"),
    ]


def test_what_was_approved_in_time_can_still_be_cancelled(uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of("lazy_objection"))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)
    close_in_the_past(workflow)

    actions.cancel(uma, workflow)

    assert workflow.status is Status.CANCELLED
    assert round_of(workflow).outcome == "approved"
    assert [run.status for run in db.session.scalars(select(Run))] == ["cancelled"]


def test_an_approval_that_ran_out_expires_before_somebody_starts_it(
    uma, olga, otto, council, bot
):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    vote(workflow, olga)
    vote(workflow, otto)
    age(workflow, expires_at=now() - timedelta(minutes=1))

    with pytest.raises(RuleBroken, match="has expired. Propose it again"):
        actions.start_run(uma, workflow)
    assert workflow.status is Status.EXPIRED


def test_another_weight_or_role_during_a_vote_counts_from_the_next_one(
    uma, olga, otto, type_, council
):
    workflow = open_vote(uma, type_)
    for seat in council.members:
        seat.weight, seat.role = 0, "watcher"
    stored(council)

    assert advance_due() == 0
    vote(workflow, olga)
    vote(workflow, otto)

    assert workflow.status is Status.APPROVED


def test_the_clock_looks_only_where_something_may_be_due(
    uma, ada, olga, otto, type_, council, bot
):
    rule = rule_of(min_open=60)
    open_vote(uma, type_)
    propose(uma, type_)
    over, waits = (
        open_vote(uma, type_),
        open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot)),
    )
    close_in_the_past(over)

    assert set(due(now())) == {over.id, waits.id}


@pytest.mark.parametrize("leaving", ["seat", "account", "role"])
def test_the_clock_looks_where_a_voter_is_missing(
    uma, olga, otto, type_, council, leaving
):
    workflow = open_vote(uma, type_)
    if leaving == "seat":
        council.members = [m for m in council.members if m.user_id != olga.id]
    elif leaving == "account":
        olga.is_active = False
    else:
        olga.role = Role.USER
    db.session.commit()

    assert due(now()) == [workflow.id]
    assert advance_due() == 0
    gone = [v.user_id for v in round_of(workflow).voters if v.gone]
    assert (gone, due(now())) == ([olga.id], [])


@pytest.fixture
def patient(ada, olga, otto, bot):
    """A type whose votes stay open for an hour, however certain they are."""
    council = make_council(ada, olga, otto, rule=rule_of(min_open=3600))
    return make_type(council, bot)


def test_what_was_certain_all_along_is_decided_when_it_first_could_be(
    uma, olga, otto, patient
):
    workflow = open_vote(uma, patient)
    vote(workflow, olga)
    vote(workflow, otto)
    assert workflow.status is Status.OPEN
    opened_at = now() - timedelta(hours=3)
    age(workflow, opened_at=opened_at)

    assert advance_due() == 1

    round_ = round_of(workflow)
    assert (round_.outcome, round_.early) == ("approved", True)
    assert round_.decided_at == opened_at + timedelta(hours=1)


def test_what_somebodys_leaving_made_certain_is_decided_now(uma, olga, otto, patient):
    workflow = open_vote(uma, patient)
    vote(workflow, olga, "reject")
    age(workflow, opened_at=now() - timedelta(hours=3))
    otto.is_active = False
    db.session.commit()

    assert advance_due() == 1

    assert round_of(workflow).outcome == "rejected"
    assert round_of(workflow).decided_at > now() - timedelta(minutes=1)


def test_what_a_worker_has_taken_up_is_stopped_on_its_own_page(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)
    run = db.session.scalars(select(Run)).one()
    run.status = RunStatus.RUNNING
    db.session.commit()

    with pytest.raises(RuleBroken, match="The run has begun. Stop it on its own page"):
        actions.cancel(uma, workflow)
    assert workflow.status is Status.APPROVED
