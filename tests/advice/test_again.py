"""An agent that did not answer is asked once more."""

import pytest

from dashboard.advice.jobs import ask_due
from dashboard.model_calls.models import Problem
from tests.advice.stage import SAID, all_advice, all_calls, answered_by_models, voting
from tests.agents.stage import make_thinker
from tests.factories import latest_audit, make_agent, stored
from tests.freezes.stage import make_freeze
from tests.model_calls.stage import make_model, perform_queued


@pytest.fixture
def agent(olga, model_server):
    return make_thinker("Triage", make_model(model_server), owner_id=olga.id)


@pytest.fixture
def round_(uma, olga, otto, agent, model_server):
    """Triage was asked, and its model failed."""
    round_ = voting(uma, olga, otto, advisers=[agent])
    model_server.fails(401)
    answered_by_models()
    return round_


def url(round_, agent):
    return f"/workflows/{round_.workflow_id}/advice/{agent.id}/question"


def test_its_owner_has_it_asked_again(client, olga, round_, agent, model_server):
    client.as_(olga)

    answer = client.post(url(round_, agent))
    page = client.get(f"/workflows/{round_.workflow_id}").text
    model_server.says_json(SAID)
    perform_queued()

    assert answer.location == f"/workflows/{round_.workflow_id}#advice"
    assert "Triage is reading it…" in page
    assert "Did not answer" not in page
    assert "Ask again" not in page
    failed, said = all_advice()
    assert (failed.problem, said.problem) == (Problem.UNAUTHORIZED, None)
    assert failed.superseded_at == said.given_at
    assert all_calls()[1].key.endswith(f"{agent.id}/2")
    assert all_calls()[1].asked_by_id == olga.id


def test_a_program_asks_again(api, ada, round_, agent):
    answer = api.with_key(ada).post(f"/api/v1{url(round_, agent)}")

    assert answer.status_code == 201
    assert (answer.json["agent_id"], answer.json["number"]) == (str(agent.id), 2)
    assert answer.json["call_id"] == str(all_calls()[1].id)
    assert latest_audit().detail == {"agent": "Triage", "asked_again": 2}


def test_while_it_reads_and_once_it_answered_there_is_nothing_to_ask(
    api, olga, round_, agent, model_server
):
    where = f"/api/v1{url(round_, agent)}"
    api.with_key(olga).post(where)

    reading = api.post(where)
    model_server.says_json(SAID)
    perform_queued()
    answered = api.post(where)

    assert (reading.status_code, answered.status_code) == (409, 409)
    assert "Triage is reading it." in reading.text
    assert "has advised on this revision already" in answered.text
    assert len(all_calls()) == 2


def test_without_a_mind_or_after_the_vote_it_is_refused(api, olga, round_, agent):
    where = f"/api/v1{url(round_, agent)}"
    agent.prompt_id = None
    stored(agent)

    mindless = api.with_key(olga).post(where)
    round_.closes_at = round_.opened_at
    stored(round_)
    late = api.post(where)

    assert "has no model that is switched on, or no prompt" in mindless.text
    assert (mindless.status_code, late.status_code) == (409, 409)
    assert late.json["code"] == "not_open"


def test_under_a_freeze_nobody_is_asked_again(api, ada, olga, round_, agent):
    make_freeze(ada, agent=agent)

    answer = api.with_key(olga).post(f"/api/v1{url(round_, agent)}")

    assert (answer.status_code, answer.json["code"]) == (409, "frozen")
    assert len(all_calls()) == 1


def test_only_who_answers_for_it_and_only_where_it_is_heard(
    app, olga, otto, eve, mallory, round_, agent
):
    other = make_agent("Other", owner_id=olga.id)

    def ask(person, whom=agent):
        caller = app.test_client().as_(person).with_key(person)
        path = url(round_, whom)
        return [caller.post(path).status_code, caller.post(f"/api/v1{path}")]

    for person, status in ((otto, 403), (eve, 403), (mallory, 404)):
        page, told = ask(person)
        assert (page, told.status_code) == (status, status)
    page, told = ask(olga, other)
    assert (page, told.json["code"]) == (403, "not_eligible")
    assert len(all_calls()) == 1


def test_an_agent_never_asked_may_be_asked_by_hand(api, olga, uma, agent):
    """A moment before the clock does it: the clock then leaves it alone."""
    round_ = voting(uma, olga, advisers=[agent])

    answer = api.with_key(olga).post(f"/api/v1{url(round_, agent)}")
    ask_due()

    assert (answer.status_code, answer.json["number"]) == (201, 1)
    assert len(all_calls()) == 1
