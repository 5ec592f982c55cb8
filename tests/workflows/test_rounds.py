"""Voting on stored rounds, and what votes and time decide."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import Denied, RuleBroken
from dashboard.extensions import db
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows import actions
from dashboard.workflows.jobs import advance_due
from dashboard.workflows.models import Round, Status, Vote
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    latest_audit,
    make_agent,
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def round_of(workflow):
    return db.session.scalars(
        select(Round).where(
            Round.workflow_id == workflow.id, Round.revision == workflow.revision
        )
    ).one()


def age(workflow, **over):
    """Let everything about its round have happened longer ago."""
    round_ = round_of(workflow)
    for name, moment in over.items():
        setattr(round_, name, moment)
    return stored(round_)


def close_in_the_past(workflow):
    moment = now() - timedelta(hours=1)
    age(workflow, opened_at=moment - timedelta(days=1), closes_at=moment)
    return moment


def test_a_vote_not_opened_yet_is_refused(uma, olga, type_):
    with pytest.raises(RuleBroken, match="has not been opened yet"):
        vote(propose(uma, type_), olga)
    assert latest_audit().result == "refused"


def test_who_proposed_it_is_told_so(olga, type_):
    workflow = open_vote(olga, type_)

    with pytest.raises(Denied, match="You proposed this") as refused:
        vote(workflow, olga)
    assert refused.value.code == "not_eligible"


def test_who_edited_it_is_told_so(uma, otto, type_):
    workflow = propose(uma, type_, editors=[otto.id])
    actions.edit(otto, workflow, WorkflowEdit(title="Clean up twice"), {})
    actions.open_voting(uma, workflow)

    with pytest.raises(Denied, match="You edited this"):
        vote(workflow, otto)


def test_who_had_no_seat_is_told_so(uma, ada, olga, otto, bot):
    workflow = open_vote(uma, make_type(make_council(olga, otto, name="Safety"), bot))

    with pytest.raises(Denied, match="no voting seat on Safety when this round opened"):
        vote(workflow, ada)


def test_who_owns_the_agent_may_be_left_out(uma, olga, otto, bot):
    rule = rule_of("any_one_other", exclude=["proposer", "editors", "agent_owner"])
    type_ = make_type(make_council(olga, otto, rule=rule), bot)
    agent = make_agent(owner_id=olga.id)
    workflow = open_vote(uma, type_, agent_id=agent.id)

    with pytest.raises(Denied, match="You own the agent it is for, so you have no"):
        vote(workflow, olga)
    vote(workflow, otto)
    assert workflow.status is Status.APPROVED


def test_who_left_the_council_is_told_so_and_who_comes_has_no_vote(
    uma, ada, olga, otto, type_, council
):
    workflow = open_vote(uma, type_)
    council.members = [each for each in council.members if each.user_id != ada.id]
    stored(council)

    with pytest.raises(Denied, match="You have left this council"):
        vote(workflow, ada)
    gone = {voter.user_id: voter.gone for voter in round_of(workflow).voters}
    assert gone == {ada.id: True, olga.id: False, otto.id: False}


def test_a_vote_on_an_older_revision_is_refused(uma, olga, type_):
    workflow = open_vote(uma, type_)

    with pytest.raises(RuleBroken, match="changed since you opened the page"):
        vote(workflow, olga, revision=2)
    assert count(Vote) == 0


def test_rejecting_takes_a_reason(uma, olga, type_):
    workflow = open_vote(uma, type_)

    with pytest.raises(RuleBroken, match="Write down your reason") as refused:
        vote(workflow, olga, "reject", reason=" ")
    assert refused.value.code == "reason_required"
    vote(workflow, olga, "reject", reason="Too risky.")
    assert round_of(workflow).live_votes[0].reason == "Too risky."


def test_only_who_holds_a_veto_vetoes(uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto)
    council.members[0].can_veto = True
    stored(council)
    workflow = open_vote(uma, make_type(council, bot))

    with pytest.raises(RuleBroken, match="may not veto"):
        vote(workflow, olga, "veto")
    vote(workflow, ada, "veto")

    assert workflow.status is Status.REJECTED
    assert round_of(workflow).reason == "vetoed"


def test_what_is_decided_takes_no_more_votes(uma, olga, otto, ada, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)

    with pytest.raises(RuleBroken, match="Voting has closed: this was approved"):
        vote(workflow, ada)
    refused = latest_audit()
    assert (refused.action, refused.result) == ("workflow.vote", "refused")
    assert "closed" in refused.detail["reason"]
    assert refused.subject_id == workflow.id


def test_where_the_rule_says_so_a_vote_is_final(uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of(vote_change=False))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga, "abstain")

    with pytest.raises(RuleBroken, match="already voted"):
        vote(workflow, olga)


def test_changing_a_vote_adds_one_and_supersedes_the_other(uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga, "reject")
    vote(workflow, olga)

    votes = db.session.scalars(select(Vote).order_by(Vote.id)).all()
    assert [(each.choice, each.counts) for each in votes] == [
        ("reject", False),
        ("approve", True),
    ]
    assert round_of(workflow).explain["A"] == 1
    assert round_of(workflow).explain["R"] == 0


def test_the_same_key_twice_writes_nothing(uma, olga, type_):
    workflow = open_vote(uma, type_)
    first = vote(workflow, olga, key="k1")
    entries = count(AuditEntry)

    again = vote(workflow, olga, "reject", key="k1")

    assert again.id == first.id
    assert (count(Vote), count(AuditEntry)) == (1, entries)


def test_the_last_vote_sent_again_is_still_the_same_vote(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    first = vote(workflow, otto, key="k1")

    assert workflow.status is Status.APPROVED
    assert vote(workflow, otto, key="k1").id == first.id


def test_certainty_decides_early_and_queues_one_run(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    assert workflow.status is Status.OPEN
    vote(workflow, otto)

    round_, run = round_of(workflow), db.session.scalars(select(Run)).one()
    assert workflow.status is Status.APPROVED
    assert (round_.outcome, round_.early) == (Outcome.APPROVED, True)
    assert (run.status, run.round_id) == (RunStatus.QUEUED, round_.id)
    pinned = [step.bot_version_id for step in workflow.steps]
    assert [step.bot_version_id for step in run.steps] == pinned
    assert latest_audit().detail["status"] == "approved"


def test_certainty_rejects_early_and_runs_nothing(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga, "reject")
    vote(workflow, otto, "reject")

    assert (workflow.status, workflow.status_reason) == (
        Status.REJECTED,
        "threshold_not_met",
    )
    assert workflow.ended_at == round_of(workflow).decided_at
    assert count(Run) == 0


def test_without_auto_run_the_approval_is_spent_once(uma, olga, otto, council, bot):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    with pytest.raises(RuleBroken, match="moved on"):
        actions.start_run(uma, workflow)
    vote(workflow, olga)
    vote(workflow, otto)
    assert count(Run) == 0

    run = actions.start_run(uma, workflow)

    assert run.started_by_id == uma.id
    with pytest.raises(RuleBroken, match="has bought its run already"):
        actions.start_run(uma, workflow)
    assert count(Run) == 1


def test_the_rule_may_want_somebody_else_to_start_it(uma, ada, olga, otto, bot):
    rule = rule_of("any_one_other", runner_must_differ=True)
    type_ = make_type(make_council(olga, otto, rule=rule), bot, auto_run=False)
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    with pytest.raises(RuleBroken, match="somebody else than the proposer"):
        actions.start_run(uma, workflow)
    assert actions.start_run(ada, workflow).started_by_id == ada.id


def test_a_timelock_holds_the_run_back(uma, olga, otto, bot):
    rule = rule_of("any_one_other", timelock=3600)
    council = make_council(olga, otto, rule=rule)
    waiting = open_vote(uma, make_type(council, bot))
    asked = open_vote(uma, make_type(council, bot, auto_run=False))
    vote(waiting, olga)
    vote(asked, olga)

    run, round_ = db.session.scalars(select(Run)).one(), round_of(waiting)
    assert run.available_at == round_.ready_at
    assert round_.ready_at == round_.decided_at + timedelta(hours=1)
    with pytest.raises(RuleBroken, match="wait after the decision"):
        actions.start_run(uma, asked)


def test_too_few_votes_in_time_lapse_at_the_moment_it_closed(uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    moment = close_in_the_past(workflow)

    assert advance_due() == 1

    db.session.refresh(workflow)
    assert (workflow.status, workflow.status_reason) == (
        Status.LAPSED,
        "quorum_not_met",
    )
    assert round_of(workflow).decided_at == workflow.ended_at == moment
    assert (latest_audit().action, latest_audit().actor_name) == (
        "workflow.decide",
        "Quorum",
    )
    assert advance_due() == 0


def test_time_approves_too(uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of("lazy_objection"))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)
    assert workflow.status is Status.OPEN
    moment = close_in_the_past(workflow)

    advance_due()

    db.session.refresh(workflow)
    assert workflow.status is Status.APPROVED
    assert round_of(workflow).decided_at == moment
    assert count(Run) == 1


def test_a_vote_after_the_close_is_refused_though_no_clock_has_looked_yet(
    uma, olga, otto, type_
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    close_in_the_past(workflow)

    with pytest.raises(RuleBroken, match="too few answered in time"):
        vote(workflow, otto)
    assert workflow.status is Status.LAPSED
    assert count(Vote) == 1


def test_looking_when_nothing_is_due_writes_nothing(uma, type_):
    open_vote(uma, type_)
    entries = count(AuditEntry)

    assert advance_due() == 0
    assert count(AuditEntry) == entries


def test_who_leaves_may_make_it_certain(uma, ada, olga, otto, type_, council):
    workflow = open_vote(uma, type_)
    vote(workflow, olga, "reject")
    council.members = [each for each in council.members if each.user_id == olga.id]
    stored(council)

    assert advance_due() == 1
    db.session.refresh(workflow)
    assert workflow.status in {Status.LAPSED, Status.REJECTED}
    assert len([voter for voter in round_of(workflow).voters if voter.gone]) == 2


@pytest.mark.parametrize("auto_run", [True, False])
def test_an_approval_nobody_used_in_time_expires(
    uma, olga, otto, council, bot, auto_run
):
    workflow = open_vote(uma, make_type(council, bot, auto_run=auto_run))
    vote(workflow, olga)
    vote(workflow, otto)
    moment = now() - timedelta(minutes=1)
    age(workflow, expires_at=moment)

    assert advance_due() == 1

    db.session.refresh(workflow)
    assert (workflow.status, workflow.status_reason) == (
        Status.EXPIRED,
        "run_window_passed",
    )
    assert workflow.ended_at == moment
    runs = db.session.scalars(select(Run.status)).all()
    assert runs == ([RunStatus.CANCELLED] if auto_run else [])


def test_an_expired_approval_starts_nothing(uma, olga, otto, council, bot):
    workflow = open_vote(uma, make_type(council, bot, auto_run=False))
    vote(workflow, olga)
    vote(workflow, otto)
    age(workflow, expires_at=now() - timedelta(minutes=1))

    with pytest.raises(RuleBroken, match="expired"):
        actions.start_run(uma, workflow)


def test_a_late_quorum_gives_the_others_time_to_answer(uma, ada, olga, otto, bot):
    late = {"seconds": 7200, "trigger": "quorum"}
    rule = rule_of("lazy_objection", late_extension=late)
    rule["quorum"] = {"num": 1, "den": 3, "strict": False, "counts": "all"}
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot))
    soon = now() + timedelta(minutes=1)
    age(workflow, closes_at=soon, original_closes_at=soon)

    vote(workflow, olga)

    round_ = round_of(workflow)
    assert round_.closes_at > soon + timedelta(hours=1)
    assert round_.quorum_reached_at is not None


def test_every_vote_is_on_record_with_what_was_judged(uma, olga, type_):
    workflow = open_vote(uma, type_)
    cast = vote(workflow, olga)

    entry = latest_audit()
    assert (entry.action, entry.actor_name) == ("workflow.vote", "Olga")
    assert entry.detail["choice"] == "approve"
    assert entry.detail["digest"] == workflow.content_hash == cast.content_hash
    assert f"workflow_votes/{cast.id}" in entry.changes
