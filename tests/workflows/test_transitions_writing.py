"""Every row of the table of transitions: creating, opening, editing, cancelling."""

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.workflows.models import Status
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.voting import Refusal
from tests.factories import (
    make_agent,
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.workflows.faces import approved, bought, state
from tests.workflows.test_rounds import round_of


def test_a_person_creates_a_draft(face, uma, type_):
    response = face.propose(uma, type_)

    assert face.accepts(response)
    assert b"Clean up" in face.read(uma, found()).data
    assert (found().status, found().revision) == (Status.DRAFT, 1)


def test_behind_an_agent_stands_the_person_who_sponsors_it(face, olga, council, bot):
    agent = make_agent(owner_id=olga.id)
    council.advisers = []
    response = face.propose(olga, make_type(council, bot), agent_id=str(agent.id))

    assert face.accepts(response)
    assert (found().proposer_id, found().agent_id) == (olga.id, agent.id)


def found():
    from dashboard.workflows.models import Workflow

    return db.session.scalars(select(Workflow).order_by(Workflow.id.desc())).first()


def test_the_proposer_opens_a_draft(face, uma, olga, type_):
    workflow = propose(uma, type_)

    assert face.accepts(face.open(uma, workflow))
    assert state(workflow) == (Status.OPEN, "")
    assert [v.user_id for v in round_of(workflow).voters if v.user_id == olga.id]


def test_an_editor_opens_a_draft(face, uma, mallory, type_):
    workflow = propose(uma, type_, editors=[mallory.id])

    assert face.accepts(face.open(mallory, workflow))
    assert state(workflow)[0] is Status.OPEN


def test_what_is_open_is_not_opened_again(face, uma, type_):
    workflow = open_vote(uma, type_)

    response = face.open(uma, workflow)

    sentence = "Only a draft can be opened for voting."
    assert face.refuses(response, Refusal.WRONG_STATE, sentence)


def test_a_broken_rule_opens_nothing(face, uma, type_, council):
    workflow = propose(uma, type_)
    council.rule = rule_of() | {"voting_period": 0}
    stored(council)

    assert face.refuses(face.open(uma, workflow), Refusal.INVALID_RULE)
    assert state(workflow)[0] is Status.DRAFT


def test_without_voters_nothing_opens(face, olga, bot):
    workflow = propose(olga, make_type(make_council(olga), bot))

    assert face.refuses(face.open(olga, workflow), Refusal.NO_ELIGIBLE_VOTERS)


def test_what_could_never_pass_is_not_opened(face, olga, otto, bot):
    council = make_council(olga, otto, rule=rule_of("any_two"))
    workflow = propose(olga, make_type(council, bot))

    assert face.refuses(face.open(olga, workflow), Refusal.RULE_UNSATISFIABLE)


def test_a_changed_draft_is_its_next_revision(face, uma, type_):
    workflow = propose(uma, type_)

    assert face.accepts(face.edit(uma, workflow, title="Clean up twice"))
    assert state(workflow)[0] is Status.DRAFT
    assert workflow.revision == 2


def test_a_changed_open_proposal_is_a_draft_and_its_votes_count_for_nothing(
    face, uma, olga, type_
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    first = round_of(workflow)

    assert face.accepts(face.edit(uma, workflow, title="Clean up twice"))
    assert state(workflow)[0] is Status.DRAFT
    assert workflow.revision == 2
    assert first.outcome is Outcome.SUPERSEDED
    assert [vote.choice for vote in first.votes] == ["approve"]
    assert workflow.round is None


def test_a_changed_approval_is_taken_back_with_its_run(face, uma, ada, olga, type_):
    workflow = approved(uma, type_, ada, olga)
    run = bought(workflow)

    assert face.accepts(face.edit(uma, workflow, title="Clean up twice"))
    assert state(workflow)[0] is Status.DRAFT
    db.session.refresh(run)
    assert run.status.value == "cancelled"


def test_an_edit_that_changes_nothing_leaves_revision_and_votes(face, uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    assert face.accepts(face.edit(uma, workflow))
    assert state(workflow)[0] is Status.OPEN
    assert workflow.revision == 1
    assert len(round_of(workflow).live_votes) == 1


def test_an_editor_edits_and_has_no_vote_on_what_they_wrote(
    face, uma, ada, olga, type_
):
    workflow = propose(uma, type_, editors=[olga.id])

    assert face.accepts(face.edit(olga, workflow, title="Clean up twice"))
    assert face.accepts(face.open(uma, workflow))
    assert olga.id not in {voter.user_id for voter in round_of(workflow).voters}
    sentence = "You edited this, so you have no vote on it."
    assert face.refuses(face.vote(olga, workflow), Refusal.NOT_ELIGIBLE, sentence)


def test_who_may_edit_but_never_did_keeps_their_vote(face, uma, olga, type_):
    workflow = open_vote(uma, type_, editors=[olga.id])

    assert face.accepts(face.vote(olga, workflow))


def test_somebody_else_edits_nothing(face, uma, olga, type_):
    workflow = open_vote(uma, type_)

    assert face.edit(olga, workflow, title="Mine now").status_code == 403
    assert state(workflow)[0] is Status.OPEN


@pytest.mark.parametrize("status", ["running", "completed", "rejected", "cancelled"])
def test_what_runs_or_is_over_is_not_edited(face, uma, type_, status):
    workflow = open_vote(uma, type_)
    workflow.move(Status(status), "", now())
    stored(workflow)

    response = face.edit(uma, workflow, title="Too late")

    assert face.refuses(response, Refusal.WRONG_STATE)


@pytest.mark.parametrize("stage", ["draft", "open", "approved"])
def test_a_proposer_withdraws_before_it_runs(face, uma, ada, olga, by_hand, stage):
    workflow = at_stage(stage, uma, by_hand, ada, olga)

    assert face.accepts(face.cancel(uma, workflow))
    assert state(workflow) == (Status.CANCELLED, "withdrawn")


@pytest.mark.parametrize("stage", ["draft", "open", "approved"])
def test_a_guardian_cancels_before_it_runs(face, uma, ada, olga, by_hand, stage):
    workflow = at_stage(stage, uma, by_hand, ada, olga)

    assert face.accepts(face.cancel(ada, workflow))
    assert state(workflow) == (Status.CANCELLED, "cancelled")


def at_stage(stage, proposer, type_, *voters):
    made = {
        "draft": lambda: propose(proposer, type_),
        "open": lambda: open_vote(proposer, type_),
        "approved": lambda: approved(proposer, type_, *voters),
    }
    return made[stage]()


def test_a_council_member_and_an_editor_cancel_nothing(face, uma, olga, otto, type_):
    workflow = open_vote(uma, type_, editors=[otto.id])

    assert face.cancel(olga, workflow).status_code == 403
    assert face.cancel(otto, workflow).status_code == 403
    assert state(workflow)[0] is Status.OPEN


@pytest.mark.parametrize("verb", ["open", "vote", "cancel", "run"])
@pytest.mark.parametrize("status", ["completed", "lapsed", "expired", "failed"])
def test_what_is_over_takes_no_verb(face, ada, olga, type_, verb, status):
    workflow = open_vote(ada, type_)
    workflow.move(Status(status), "", now())
    stored(workflow)

    actor = olga if verb == "vote" else ada
    response = getattr(face, verb)(actor, workflow)

    assert response.status_code == 409
    assert state(workflow)[0] is Status(status)


def test_an_editor_is_let_go_and_what_they_wrote_stays_theirs(
    face, uma, ada, olga, type_
):
    workflow = propose(uma, type_, editors=[olga.id])
    assert face.accepts(face.edit(olga, workflow, title="Clean up twice"))

    assert face.accepts(face.edit(uma, workflow, title="Clean up twice"))

    assert face.edit(olga, workflow, title="Still mine").status_code == 403
    assert face.accepts(face.open(uma, workflow))
    assert olga.id not in {voter.user_id for voter in round_of(workflow).voters}
