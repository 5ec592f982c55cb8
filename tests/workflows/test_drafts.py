"""Proposing, opening, changing and withdrawing."""

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.bots.models import BotVersion
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.runs.models import Run, RunStatus
from dashboard.thinking.schemas import StepIn
from dashboard.workflows import actions
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import Round, Status, Vote, Workflow
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_version,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)


def same(workflow, **over):
    """The answers of a proposal as they stand, but for what is changed."""
    names = ("title", "description", "inputs", "agent_id", "weekly_savings")
    now = {name: getattr(workflow, name) for name in names}
    kept = {"keep": [file.name for file in workflow.files]}
    return WorkflowEdit(**now | kept | over)


def count(model):
    return db.session.scalar(select(func.count(model.id)))


def test_a_proposal_is_a_draft_with_the_active_versions_pinned(uma, type_, bot):
    workflow = propose(uma, type_)
    make_version(bot, "def run(inputs, files):\n    return {}\n")

    assert (workflow.status, workflow.revision) == (Status.DRAFT, 1)
    assert [step.version.number for step in workflow.steps] == [1]
    assert latest_audit().action == "workflow.write"
    assert latest_audit().subject_name == str(workflow)


def test_the_digest_stands_for_all_that_is_judged(uma, asking):
    workflow = propose(uma, asking, inputs={"threshold": 5})
    before = judged_content(workflow)
    workflow.inputs = {"threshold": 6, "mode": "safe"}

    assert before["inputs"] == {"threshold": 5, "mode": "safe"}
    assert before["steps"][0]["bot"]["name"] == "Sweeper"
    assert hash_of(before) != hash_of(judged_content(workflow))
    db.session.rollback()


def test_numbers_are_given_out_one_after_the_other(uma, type_):
    first, second = propose(uma, type_), propose(uma, type_)

    assert second.number == first.number + 1


@pytest.mark.parametrize(
    ("inputs", "path"),
    [
        ({}, "inputs.threshold"),
        ({"threshold": 0}, "inputs.threshold"),
        ({"threshold": "5"}, "inputs.threshold"),
        ({"threshold": 5, "mode": "wild"}, "inputs.mode"),
        ({"threshold": 5, "more": 1}, "inputs.more"),
    ],
)
def test_inputs_are_held_against_the_types_schema(uma, asking, inputs, path):
    with pytest.raises(Invalid) as refused:
        propose(uma, asking, inputs=inputs)

    assert list(refused.value.errors) == [path]
    assert count(Workflow) == 0


def test_an_archived_type_and_a_paused_agent_are_refused(uma, type_):
    agent = make_agent(status="paused")
    with pytest.raises(Invalid, match="another look") as paused:
        propose(uma, type_, agent_id=agent.id)
    type_.archive()
    stored(type_)
    with pytest.raises(Invalid) as archived:
        propose(uma, type_)

    assert list(paused.value.errors) == ["agent_id"]
    assert list(archived.value.errors) == ["type_id"]


def test_opening_freezes_rule_people_deadline_and_content(uma, olga, type_, council):
    workflow = open_vote(uma, type_)
    before = round_of(workflow)
    frozen = (before.rule, before.closes_at, len(before.voters), before.content_hash)

    council.rule = rule_of("everyone", voting_period=60)
    council.members = council.members[:1]
    stored(council)
    db.session.expire_all()

    after = round_of(workflow)
    assert (after.rule, after.closes_at, len(after.voters)) == frozen[:3]
    assert after.content_hash == frozen[3] == workflow.content_hash
    assert workflow.status is Status.OPEN
    assert latest_audit().detail["digest"] == frozen[3]


def test_who_proposed_or_edited_has_no_vote(olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of("any_one_other"))
    workflow = propose(olga, make_type(council, bot), editors=[otto.id])
    edited = same(workflow, title="Clean up twice")
    actions.edit(otto, workflow, edited, {})
    actions.open_voting(olga, workflow)

    assert [voter.user_id for voter in round_of(workflow).voters] == [ada.id]


def test_a_vote_nobody_could_win_is_not_opened(olga, otto, bot):
    alone = make_type(make_council(olga), bot)
    short = make_type(make_council(olga, otto, rule=rule_of("any_two")), bot)

    with pytest.raises(RuleBroken, match="Nobody may vote on this"):
        open_vote(olga, alone)
    with pytest.raises(RuleBroken, match="could not pass even if everyone"):
        open_vote(olga, short)
    assert latest_audit().result == "refused"
    assert count(Round) == 0


def test_a_draft_is_opened_once_and_only_by_its_authors(uma, olga, type_):
    workflow = propose(uma, type_)

    with pytest.raises(Denied):
        actions.open_voting(olga, workflow)
    actions.open_voting(uma, workflow)
    with pytest.raises(RuleBroken, match="Only a draft can be opened"):
        actions.open_voting(uma, workflow)


def test_an_archived_council_opens_nothing(uma, type_, council):
    workflow = propose(uma, type_)
    council.archive()
    stored(council)

    with pytest.raises(RuleBroken, match="archived. Restore it"):
        actions.open_voting(uma, workflow)


def test_a_council_without_oversight_approves_at_once_and_says_why(uma, olga, bot):
    council = make_council(olga, name="Free", review_actions=False)
    workflow = open_vote(uma, make_type(council, bot))

    round_ = round_of(workflow)
    assert workflow.status is Status.APPROVED
    assert (round_.outcome, round_.reason) == (Outcome.APPROVED, "no_review_required")
    assert "Free lets work run without a vote" in round_.explain["verdict"]
    assert count(Run) == 1
    assert round_.voters == []


@pytest.mark.parametrize(
    ("savings", "status"),
    [(99, Status.APPROVED), (100, Status.OPEN), (None, Status.OPEN)],
)
def test_only_small_savings_need_no_vote(uma, olga, bot, savings, status):
    council = make_council(olga, savings_threshold=100)
    workflow = open_vote(uma, make_type(council, bot), weekly_savings=savings)

    assert workflow.status is status
    verdict = round_of(workflow).explain["verdict"]
    assert ("savings of 99 a week are below" in verdict) is (savings == 99)


def test_saving_without_a_change_keeps_the_votes(uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    actions.edit(uma, workflow, same(workflow), {})

    assert (workflow.status, workflow.revision) == (Status.OPEN, 1)
    assert len(round_of(workflow).live_votes) == 1


def test_a_change_makes_it_a_draft_again_and_keeps_the_old_votes_as_history(
    uma, olga, type_
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    actions.edit(uma, workflow, same(workflow, title="Clean up more"), {})

    old = db.session.scalars(select(Round)).one()
    assert (workflow.status, workflow.revision) == (Status.DRAFT, 2)
    assert (old.outcome, old.revision) == (Outcome.SUPERSEDED, 1)
    assert old.decided_at is not None
    assert count(Vote) == 1

    actions.open_voting(uma, workflow)
    assert round_of(workflow).live_votes == []
    assert count(Round) == 2


def test_a_new_version_of_the_bot_is_a_change(uma, type_, bot):
    workflow = open_vote(uma, type_)
    make_version(bot, "def run(inputs, files):\n    return {}\n")

    actions.edit(uma, workflow, same(workflow), {})

    assert (workflow.status, workflow.revision) == (Status.DRAFT, 2)
    assert workflow.steps[0].version.number == 2


def test_changing_what_was_approved_takes_its_waiting_run_back(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)

    actions.edit(uma, workflow, same(workflow, description="Other reasons."), {})

    assert workflow.status is Status.DRAFT
    run = db.session.scalars(select(Run)).one()
    assert run.status is RunStatus.CANCELLED
    assert "changed after its approval" in run.error


def test_only_authors_change_a_proposal(uma, ada, type_):
    workflow = propose(uma, type_)

    with pytest.raises(Denied):
        actions.edit(ada, workflow, same(workflow, title="Mine now"), {})
    assert workflow.title == "Clean up"


def test_its_author_withdraws_and_an_admin_stops(uma, ada, type_):
    mine, theirs = open_vote(uma, type_), open_vote(uma, type_)

    actions.cancel(uma, mine, "Not needed any more.")
    actions.cancel(ada, theirs)

    assert (mine.status, mine.status_reason) == (Status.CANCELLED, "withdrawn")
    assert (theirs.status, theirs.status_reason) == (Status.CANCELLED, "cancelled")
    assert {round_.outcome for round_ in db.session.scalars(select(Round))} == {
        Outcome.CANCELLED
    }
    reasons = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action == "workflow.cancel")
    )
    assert "Not needed any more." in [each["reason"] for each in reasons]


def test_cancelling_takes_a_waiting_run_back(uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)

    actions.cancel(uma, workflow)

    assert workflow.status is Status.CANCELLED
    assert db.session.scalars(select(Run.status)).one() is RunStatus.CANCELLED
    assert round_of(workflow).outcome is Outcome.APPROVED


def test_what_is_over_is_neither_changed_nor_cancelled(uma, type_):
    workflow = propose(uma, type_)
    actions.cancel(uma, workflow)

    with pytest.raises(RuleBroken, match="moved on"):
        actions.cancel(uma, workflow)
    with pytest.raises(RuleBroken, match="moved on"):
        actions.edit(uma, workflow, same(workflow), {})


def test_files_are_attached_kept_and_replaced(uma, type_):
    workflow = propose(uma, type_, files={"a.txt": b"one", "b.txt": b"two"})
    actions.edit(uma, workflow, same(workflow, keep=["a.txt"]), {"c.txt": b"three"})
    kept = {file.name: file.blob.size for file in workflow.files}
    actions.edit(uma, workflow, same(workflow), {"a.txt": b"another"})

    assert kept == {"a.txt": 3, "c.txt": 5}
    assert {file.name: file.blob.size for file in workflow.files} == {
        "a.txt": 7,
        "c.txt": 5,
    }


def test_the_same_bytes_under_the_same_name_are_no_change(uma, type_):
    workflow = propose(uma, type_, files={"a.txt": b"one"})
    actions.open_voting(uma, workflow)

    actions.edit(uma, workflow, same(workflow), {"a.txt": b"one"})
    assert workflow.status is Status.OPEN
    actions.edit(uma, workflow, same(workflow), {"a.txt": b"two"})
    assert workflow.status is Status.DRAFT


def test_ten_files_are_the_most(uma, type_):
    many = {f"{n}.txt": b"x" for n in range(10)}
    workflow = propose(uma, type_, files=many)

    with pytest.raises(Invalid) as refused:
        actions.edit(uma, workflow, same(workflow), {"more.txt": b"x"})
    assert list(refused.value.errors) == ["files"]


def test_a_bot_taken_out_of_the_type_leaves_with_the_next_change(uma, council, bot):
    other = make_bot(uma, name="Other")
    type_ = make_type(council, bot, other)
    workflow = propose(uma, type_)
    type_.step_through([StepIn(bot_id=other.id)])
    stored(type_)

    actions.edit(uma, workflow, same(workflow), {})

    assert [step.bot.name for step in workflow.steps] == ["Other"]
    pinned = workflow.steps[0].bot_version_id
    assert pinned == BotVersion.active_of(other.id).id


def round_of(workflow):
    wanted = select(Round).where(
        Round.workflow_id == workflow.id, Round.revision == workflow.revision
    )
    return db.session.scalars(wanted).one()


def test_a_draft_from_before_drafts_had_a_digest_is_not_changed_by_saving_it(
    uma, olga, type_
):
    draft = propose(uma, type_, editors=[olga.id])
    draft.content_hash = ""
    stored(draft)

    actions.edit(olga, draft, same(draft, editors=[olga.id]), {})

    assert (draft.revision, draft.have_edited) == (1, set())
    assert draft.content_hash == hash_of(judged_content(draft))
