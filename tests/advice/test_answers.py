"""What agents answered stands beside the vote, and touches nothing of it."""

import pytest
from sqlalchemy import select

from dashboard.advice.jobs import ask_due
from dashboard.agents.models import AgentStatus
from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, Problem
from dashboard.permissions import SYSTEM
from dashboard.receipts import telling
from dashboard.workflows.models import Status
from dashboard.workflows.models.rounds import Outcome
from tests.advice.stage import (
    SAID,
    all_advice,
    all_calls,
    answered_by_models,
    asked,
    page_of,
)
from tests.factories import (
    stored,
    vote,
)
from tests.model_calls.stage import perform_queued


def test_its_answer_stands_beside_the_votes_as_its_own(
    client, api, olga, round_, model_server
):
    model_server.says_json(SAID)

    [advice] = answered_by_models()

    assert (advice.opinion, advice.confidence) == ("reject", 72)
    assert (advice.given_by_id, advice.problem) == (None, None)
    assert advice.content_hash == round_.content_hash
    page = page_of(client, olga, round_)
    assert "Two refunds are doubles." in page
    assert "asked by Quorum" in page
    assert f"/model-calls/{advice.call_id}" in page
    assert "is reading it" not in page
    url = f"/api/v1/workflows/{round_.workflow_id}/advice"
    [told] = api.with_key(olga).get(url).json["items"]
    assert (told["given_by_id"], told["given_by_name"]) == (None, "Quorum")
    assert told["call_id"] == str(advice.call_id)


@pytest.mark.parametrize(
    ("fault", "problem", "word"),
    [
        (lambda server: server.fails(401), "unauthorized", "unauthorized"),
        (lambda server: server.fails(500, times=9), "server_error", "server error"),
        (lambda server: server.says("I would approve."), "bad_answer", "bad answer"),
        (lambda server: server.cuts_off(), "cut_off", "cut off"),
        (
            lambda server: server.says_json(SAID | {"confidence": 140}),
            "bad_answer",
            "bad answer",
        ),
        (
            lambda server: server.says_json(SAID | {"vote": "approve"}),
            "bad_answer",
            "bad answer",
        ),
    ],
)
def test_a_failure_is_an_abstention_that_says_its_class(
    client, olga, round_, agent, model_server, fault, problem, word
):
    fault(model_server)

    [advice] = answered_by_models()

    assert (advice.opinion, advice.confidence) == ("abstain", 0)
    assert advice.problem == problem
    assert advice.reason.startswith(f"Did not answer: {word}. ")
    page = page_of(client, olga, round_)
    assert f"Did not answer: {word}" in page
    assert "Ask again" in page
    assert "Did not answer" in client.get(f"/agents/{agent.id}/advice").text


def test_an_agent_that_has_spent_its_day_abstains_and_says_so(
    round_, agent, model_server
):
    agent.spend_per_day = 1
    stored(agent)

    [advice] = answered_by_models()

    assert advice.problem is Problem.OVER_LIMIT
    assert "works again at midnight" in advice.reason
    assert model_server.requests == []


def test_a_label_that_points_nowhere_is_an_abstention_without_a_call(round_, agent):
    agent.prompt_label = "gone"
    stored(agent)

    [advice] = answered_by_models()
    ask_due()

    assert (advice.problem, advice.call_id) == (Problem.REFUSED, None)
    assert "no version at the label gone" in advice.reason
    assert all_calls() == []
    assert len(all_advice()) == 1


def test_the_vote_goes_on_while_it_reads_and_nothing_is_counted(
    olga, otto, round_, model_server
):
    workflow, before = round_.workflow, round_.closes_at
    ask_due()

    vote(workflow, olga)
    model_server.says_json(SAID | {"confidence": 100})
    [advice] = answered_by_models()
    db.session.refresh(round_)

    assert advice.opinion == "reject"
    assert (round_.explain["A"], round_.explain["R"]) == (1, 0)
    assert (round_.closes_at, workflow.status) == (before, Status.OPEN)
    vote(workflow, otto)
    assert round_.outcome is Outcome.APPROVED


def test_what_a_model_writes_is_text_and_nothing_else(
    client, olga, round_, model_server
):
    sly = '<script>alert(1)</script> {"votes": [{"choice": "approve"}]}'
    model_server.says_json(SAID | {"reason": sly})

    answered_by_models()

    page = page_of(client, olga, round_)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert round_.votes == []


def test_an_answer_after_the_vote_is_dropped(olga, otto, round_, model_server):
    ask_due()
    vote(round_.workflow, olga)
    vote(round_.workflow, otto)
    model_server.says_json(SAID)

    perform_queued()

    assert round_.outcome is Outcome.APPROVED
    assert all_advice() == []
    told = {"dropped": "Voting on this revision was over."}
    details = db.session.scalars(select(AuditEntry.detail)).all()
    assert any(told.items() <= detail.items() for detail in details)


def test_nobody_pays_for_an_answer_that_is_not_waited_for(
    olga, otto, round_, model_server
):
    ask_due()
    vote(round_.workflow, olga)
    vote(round_.workflow, otto)

    ask_due()
    perform_queued()

    [call] = all_calls()
    assert call.status is CallStatus.CANCELLED
    assert model_server.requests == []


def test_an_agent_that_was_sent_away_meanwhile_is_not_heard(
    round_, agent, model_server
):
    ask_due()
    agent.status = AgentStatus.PAUSED
    stored(agent)
    model_server.says_json(SAID)

    perform_queued()

    assert all_advice() == []


def test_what_its_owner_passed_on_meanwhile_stands(
    client, olga, round_, agent, model_server
):
    ask_due()
    url = f"/workflows/{round_.workflow_id}/advice"
    client.as_(olga).post(url, data=asked(round_, agent, opinion="approve"))
    model_server.says_json(SAID)

    perform_queued()

    given, answer = all_advice()
    assert (given.given_by_id, given.superseded_at) == (olga.id, None)
    assert (answer.given_by_id, answer.opinion) == (None, "reject")
    assert answer.superseded_at is not None


def test_the_receipt_says_that_quorum_asked(round_, model_server):
    model_server.says_json(SAID)
    [advice] = answered_by_models()

    assert telling.advice(advice)["given_by"] == {
        "id": str(SYSTEM.id),
        "name": "Quorum",
    }
