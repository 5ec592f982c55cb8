"""Every row of the table of transitions: voting, voiding, and what time brings."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from dashboard.workflows.jobs import advance_due
from dashboard.workflows.models import Status
from dashboard.workflows.voting import Refusal
from tests.factories import (
    make_agent,
    make_council,
    make_type,
    open_vote,
    rule_of,
    vote,
)
from tests.workflows.faces import FACES, approved, state
from tests.workflows.test_rounds import age, close_in_the_past, round_of


def test_a_vote_is_counted_and_the_last_one_decides(face, uma, olga, otto, type_):
    workflow = open_vote(uma, type_)

    assert face.accepts(face.vote(olga, workflow))
    assert state(workflow)[0] is Status.OPEN
    assert face.accepts(face.vote(otto, workflow))
    assert state(workflow) == (Status.APPROVED, "passed")
    assert round_of(workflow).early


def test_a_voided_vote_counts_no_more_and_its_voter_votes_no_more(
    face, uma, ada, olga, type_
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)

    assert face.accepts(face.void(ada, workflow, olga))

    round_ = round_of(workflow)
    assert round_.explain["A"] == 0
    assert round_.explain["E"] == 3
    assert face.refuses(face.vote(olga, workflow), Refusal.NOT_ELIGIBLE, "voided")


def test_a_void_that_puts_the_quorum_out_of_reach_ends_the_vote(
    face, uma, ada, olga, otto, bot
):
    council = make_council(ada, olga, otto, rule=rule_of("everyone"))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)

    assert face.accepts(face.void(ada, workflow, olga))
    assert state(workflow) == (Status.REJECTED, "threshold_not_met")


def test_only_a_guardian_voids_and_never_on_their_own_proposal(
    face, uma, ada, olga, otto, type_
):
    workflow, own = open_vote(uma, type_), open_vote(ada, type_)
    vote(workflow, olga)
    vote(own, olga, "reject")

    assert face.void(otto, workflow, olga).status_code == 403
    assert face.void(ada, own, olga).status_code == 403
    assert round_of(own).explain["R"] == 1


def test_there_is_nothing_to_void_before_or_after_the_vote(face, uma, ada, olga, type_):
    workflow = open_vote(uma, type_)

    nobody = "This person has no vote here that counts."
    assert face.refuses(face.void(ada, workflow, olga), Refusal.NOT_ELIGIBLE, nobody)
    vote(workflow, olga)
    vote(workflow, ada)
    over = "Voting is not open, so there is no vote to take out."
    assert face.refuses(face.void(ada, workflow, olga), Refusal.WRONG_STATE, over)


@pytest.mark.parametrize(
    ("choices", "outcome"),
    [
        (("approve", "approve"), (Status.APPROVED, "passed")),
        (("approve", "reject"), (Status.REJECTED, "tie")),
        (("approve",), (Status.LAPSED, "quorum_not_met")),
        ((), (Status.LAPSED, "no_votes")),
    ],
)
@pytest.mark.parametrize("clock", ["tick", "html", "api", "lists"])
def test_the_close_decides_at_the_moment_that_was_due(
    app, uma, ada, olga, otto, bot, choices, outcome, clock
):
    rule = rule_of(early_decision="off")
    type_ = make_type(make_council(ada, olga, otto, rule=rule), bot, auto_run=False)
    workflow = open_vote(uma, type_)
    for voter, choice in zip((ada, olga), choices, strict=False):
        vote(workflow, voter, choice)
    moment = close_in_the_past(workflow)

    let_time_pass(app, clock, uma, workflow)

    assert state(workflow) == outcome
    assert round_of(workflow).decided_at == moment
    assert not round_of(workflow).early


def let_time_pass(app, clock, reader, workflow):
    """The worker's tick, or somebody who merely looks."""
    if clock == "tick":
        advance_due()
    elif clock == "lists":
        page = app.test_client().as_(reader).get("/workflows/")
        assert "Voting</span>" not in page.text
    else:
        response = FACES[clock](app.test_client()).read(reader, workflow)
        assert response.status_code == 200


@pytest.mark.parametrize("clock", ["tick", "html", "api"])
def test_what_was_certain_is_decided_when_the_vote_has_been_open_long_enough(
    app, uma, ada, olga, otto, bot, clock
):
    rule = rule_of(min_open=3600)
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot))
    vote(workflow, ada)
    vote(workflow, olga)
    assert state(workflow)[0] is Status.OPEN
    opened_at = now() - timedelta(hours=2)
    age(workflow, opened_at=opened_at)

    let_time_pass(app, clock, uma, workflow)

    assert state(workflow) == (Status.APPROVED, "passed")
    assert round_of(workflow).decided_at == opened_at + timedelta(hours=1)
    assert round_of(workflow).early


@pytest.mark.parametrize("clock", ["tick", "html", "api", "lists"])
def test_an_unused_approval_expires(app, uma, ada, olga, by_hand, clock):
    workflow = approved(uma, by_hand, ada, olga)
    moment = now() - timedelta(minutes=5)
    age(workflow, ready_at=moment - timedelta(days=7), expires_at=moment)

    let_time_pass(app, clock, uma, workflow)

    assert state(workflow) == (Status.EXPIRED, "run_window_passed")
    assert workflow.ended_at == moment


def test_long_unseen_it_was_approved_and_has_expired_before_anybody_acts(
    face, uma, ada, olga, otto, bot
):
    rule = rule_of(early_decision="off", run_window=3600)
    type_ = make_type(make_council(ada, olga, otto, rule=rule), bot, auto_run=False)
    workflow = open_vote(uma, type_)
    for voter in (ada, olga):
        vote(workflow, voter)
    closed_at = now() - timedelta(hours=2)
    age(workflow, opened_at=closed_at - timedelta(days=3), closes_at=closed_at)

    assert face.refuses(face.cancel(uma, workflow), Refusal.WRONG_STATE)

    assert state(workflow) == (Status.EXPIRED, "run_window_passed")
    assert workflow.ended_at == closed_at + timedelta(hours=1)


def test_what_was_approved_unseen_can_be_started(face, uma, ada, olga, otto, bot):
    rule = rule_of(early_decision="off")
    type_ = make_type(make_council(ada, olga, otto, rule=rule), bot, auto_run=False)
    workflow = open_vote(uma, type_)
    for voter in (ada, olga):
        vote(workflow, voter)
    close_in_the_past(workflow)

    assert face.accepts(face.run(uma, workflow))


def test_a_guardian_whose_agent_asked_for_it_voids_nothing(face, uma, ada, olga, type_):
    agent = make_agent(owner_id=ada.id)
    workflow = open_vote(uma, type_, agent_id=agent.id)
    vote(workflow, olga, "reject")

    assert face.void(ada, workflow, olga).status_code == 403
