"""What became of the demo's proposals, and why."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.advice.models import Advice, Opinion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.oversight.deciding import Verdict
from dashboard.runs.models import Run, RunStatus
from dashboard.users.models import account
from dashboard.workflows.models import Status
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.revisions import revisions
from dashboard.workflows.seats import ballot_lines, decided_by
from dashboard.workflows.voting import Choice

pytestmark = pytest.mark.usefixtures("told")


def run_of(workflow):
    wanted = select(Run).where(Run.workflow_id == workflow.id)
    return db.session.scalars(wanted).one_or_none()


def line_of(round_, username):
    return next(
        line for line in ballot_lines(round_) if line.user_id == account(username).id
    )


@pytest.mark.parametrize(
    ("title", "reason", "word"),
    [
        (
            "Tell every customer about the new returns guide",
            "type_blocked",
            "unsubscribe",
        ),
        ("Refund the tickets tagged “angry”", "agent_restricted", "Ledger"),
    ],
)
def test_what_oversight_is_against_was_rejected_without_a_vote(
    called, title, reason, word
):
    workflow = called(title)

    assert (workflow.status, workflow.status_reason) == (Status.REJECTED, reason)
    assert workflow.round.oversight["result"] == Verdict.REJECTED
    assert word in workflow.round.explain["verdict"]
    assert workflow.round.votes == []
    assert run_of(workflow) is None


def test_small_savings_need_no_vote(called):
    workflow = called("Digest of the weekend")

    assert workflow.status is Status.COMPLETED
    assert workflow.round.reason == "no_review_required"


def test_what_was_changed_after_two_votes_was_voted_on_again(called):
    workflow = called("Check the links of the two shipping pages")
    latest, first = revisions(workflow, account("mara"))
    changed = [line.text for line in latest.changes if line.kind in ("add", "del")]

    assert (workflow.status, workflow.revision) == (Status.COMPLETED, 2)
    assert first.is_stale
    assert len(first.round.live_votes) == 2
    assert first.round.outcome is Outcome.SUPERSEDED
    assert any("Publish the shipping pages" in line for line in changed)
    assert {vote.user.username for vote in latest.round.votes} == {"jonas", "priya"}


def test_somebody_is_asked_again_about_what_changed(app, called):
    workflow = called("Publish the returns guide, checked strictly")

    page = app.test_client().as_(account("priya")).get("/inbox/").text

    assert workflow.is_open
    assert line_of(workflow.round, "priya").choice is None
    assert "It changed since you voted" in page


def test_a_veto_was_lifted_before_it_ended_the_vote(called):
    workflow = called("Block whoever guesses passwords on the mail host")
    round_ = workflow.round
    [veto] = line_of(round_, "priya").replaced
    run = run_of(workflow)

    assert (veto.choice, round_.outcome) == (Choice.VETO, Outcome.APPROVED)
    assert round_.decided_at == round_.opened_at + timedelta(hours=2)
    assert run.status is RunStatus.COMPLETED
    assert run.started_at >= round_.ready_at
    assert round_.ready_at == round_.decided_at + timedelta(days=1)


def test_a_guardian_took_a_vote_out_and_it_passed_without(called):
    workflow = called("Digest for the delivery partner")
    line = line_of(workflow.round, "jonas")

    assert workflow.status is Status.COMPLETED
    assert line.voided.voided_by == "Mara Lindqvist"
    assert "stolen" in line.voided.void_reason
    assert line.choice is None


def test_a_late_change_of_mind_extended_a_vote_that_then_passed(called):
    workflow = called("Quarter-end refunds, late list")
    round_ = workflow.round
    last = max(vote.cast_at for vote in round_.votes)

    assert round_.is_extended
    assert round_.closes_at == last + timedelta(hours=6) == round_.decided_at
    assert (round_.outcome, workflow.status) == (Outcome.APPROVED, Status.COMPLETED)
    assert run_of(workflow).started_by.username == "lena"


def test_a_voter_left_while_a_vote_was_open(called):
    workflow = called("Refund batch 40: parcels returned to us")
    jonas = line_of(workflow.round, "jonas")

    assert (jonas.has_left, jonas.choice) == (True, None)
    assert workflow.status is Status.COMPLETED


def test_an_approval_waits_to_be_used_by_hand(called):
    workflow = called("Quarter-end refunds")

    assert workflow.status is Status.APPROVED
    assert workflow.round.ready_at < now() < workflow.round.expires_at
    assert run_of(workflow) is None


def test_an_approval_waits_out_its_timelock(called):
    workflow = called("Block whoever guesses passwords on web1")
    run = run_of(workflow)

    assert workflow.status is Status.APPROVED
    assert now() + timedelta(hours=12) < workflow.round.ready_at
    assert (run.status, run.available_at) == (
        RunStatus.QUEUED,
        workflow.round.ready_at,
    )


def test_toms_vote_decides_what_closes_soon(called):
    round_ = called("Refund batch 44: parcels the courier lost").round
    left = round_.closes_at - now()

    said = decided_by(round_, account("tomas").id, now())

    assert timedelta(hours=2) < left < timedelta(hours=4)
    assert "if you approve, it is approved" in said


def test_a_draft_may_be_edited_by_two(called):
    [editor] = called("Digest of this week's tickets").co_editors

    assert (editor.user.username, editor.edited_at) == ("jonas", None)


def test_agents_advise_on_several_rounds_and_not_always_as_the_council_decides():
    each_round = (
        select(func.count(func.distinct(Advice.agent_id)))
        .where(Advice.superseded_at.is_(None))
        .group_by(Advice.round_id)
    )
    by_two = [n for n in db.session.scalars(each_round) if n == 2]
    advice = db.session.scalars(select(Advice)).all()
    sides = {Outcome.APPROVED: Opinion.APPROVE, Outcome.REJECTED: Opinion.REJECT}
    agreed = [
        each.opinion is sides[each.round.outcome]
        for each in advice
        if each.round.outcome in sides and each.opinion is not Opinion.ABSTAIN
    ]

    assert len(by_two) >= 6
    assert {True, False} == set(agreed)
    assert all(each.reason and 0 < each.confidence < 100 for each in advice)
    assert all(each.round.opened_at <= each.given_at for each in advice)
    assert max(each.given_at for each in advice) < now()
