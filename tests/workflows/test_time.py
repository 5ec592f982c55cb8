"""What time decides comes before whatever somebody does afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.inbox.models import Notice, NoticeKind
from dashboard.permissions import Role
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin
from dashboard.runs.fence import Lost
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


def test_who_left_after_the_moment_that_decided_does_not_move_it(
    uma, ada, olga, otto, patient
):
    workflow = open_vote(uma, patient)
    vote(workflow, olga)
    vote(workflow, otto)
    opened_at = now() - timedelta(hours=3)
    age(workflow, opened_at=opened_at)
    ada.is_active = False
    db.session.commit()

    assert advance_due() == 1

    round_ = round_of(workflow)
    assert round_.decided_at == opened_at + timedelta(hours=1)
    assert not any(voter.gone for voter in round_.voters)


@pytest.fixture
def in_hand(uma, olga, otto, type_):
    """Approved, and its run claimed by a worker that has not begun it."""
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)
    taken = claim(db.session.scalars(select(Run.id)).one(), "worker")
    db.session.expire_all()
    age(workflow, expires_at=now() - timedelta(seconds=1))
    return workflow, taken


def test_a_run_that_was_taken_and_not_begun_in_time_expires(uma, type_, in_hand):
    workflow, taken = in_hand
    over = open_vote(uma, type_)
    close_in_the_past(over)

    assert advance_due() == 2

    assert (workflow.status, over.status) == (Status.EXPIRED, Status.LAPSED)
    with pytest.raises(Lost):
        begin(taken)
    assert workflow.status is Status.EXPIRED


@pytest.mark.parametrize("verb", [cancel, edit])
def test_nobody_takes_back_what_expired_in_a_workers_hands(uma, in_hand, verb):
    workflow, _ = in_hand

    with pytest.raises(RuleBroken, match="moved on"):
        verb(uma, workflow)
    assert workflow.status is Status.EXPIRED


def test_one_round_that_cannot_be_judged_stops_no_other_clock(uma, type_, caplog):
    unreadable, over = open_vote(uma, type_), open_vote(uma, type_)
    for workflow in (unreadable, over):
        close_in_the_past(workflow)
    age(unreadable, rule={"threshold": "most"})

    assert advance_due() == 1

    assert over.status is Status.LAPSED
    assert f"Time could not be applied to workflow {unreadable.id}" in caplog.text


def test_nobody_is_told_to_go_on_voting_by_the_vote_that_decides(
    uma, ada, olga, otto, bot
):
    rule = rule_of(late_extension={"seconds": 3600, "trigger": "quorum"})
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot))
    vote(workflow, olga)
    soon = now() + timedelta(minutes=5)
    age(workflow, closes_at=soon, original_closes_at=soon)

    vote(workflow, otto)

    assert workflow.status is Status.APPROVED
    told = set(db.session.scalars(select(Notice.kind)))
    assert told == {NoticeKind.OPENED, NoticeKind.DECIDED}
