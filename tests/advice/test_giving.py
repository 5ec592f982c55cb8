"""Passing on advice: who may, when, and that it is counted nowhere."""

from datetime import timedelta

import pytest

from dashboard.agents.models import AgentStatus
from dashboard.audit import Result
from dashboard.clock import now
from dashboard.councils.models import Adviser
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.workflows.models import Status
from tests.advice.stage import all_advice, asked, make_advice, voting
from tests.factories import latest_audit, make_agent, stored, vote


@pytest.fixture
def agent(olga):
    """An agent that Olga answers for."""
    return make_agent("Triage", owner_id=olga.id)


@pytest.fixture
def round_(uma, olga, otto, agent):
    """Uma proposed; Olga and Otto vote, and hear Triage."""
    return voting(uma, olga, otto, advisers=[agent])


def url(round_):
    return f"/workflows/{round_.workflow_id}/advice"


def api_url(round_):
    return f"/api/v1{url(round_)}"


def test_the_owner_passes_on_what_an_agent_thinks(client, olga, round_, agent):
    client.as_(olga)

    form = client.get(url(round_)).text
    answer = client.post(url(round_), data=asked(round_, agent))

    assert f'<option value="{agent.id}">Triage</option>' in form
    assert "never counted" in form
    assert answer.location == f"/workflows/{round_.workflow_id}#advice"
    [advice] = all_advice()
    assert (advice.opinion, advice.confidence) == ("reject", 80)
    assert (advice.given_by_id, advice.content_hash) == (olga.id, round_.content_hash)
    entry = latest_audit()
    assert (entry.action, entry.subject_id) == ("workflow.advise", round_.workflow_id)
    assert entry.detail["agent"] == "Triage"


def test_a_program_passes_it_on_as_json(api, olga, round_, agent):
    api.with_key(olga, scopes=[Permission.WORKFLOW_ADVISE, Permission.WORKFLOW_READ])

    answer = api.post(api_url(round_), json=asked(round_, agent))
    listed = api.get(api_url(round_)).json

    assert answer.status_code == 201
    assert answer.json["agent_name"] == "Triage"
    assert listed["items"] == [answer.json]


def test_advice_changes_no_tally_no_deadline_and_no_outcome(api, olga, otto, round_):
    workflow = round_.workflow
    vote(workflow, otto)
    before = (round_.explain, round_.closes_at, round_.outcome, len(round_.ballots))
    agents = [make_agent(owner_id=olga.id) for _ in range(3)]
    workflow.council.advisers = [Adviser(agent_id=agent.id) for agent in agents]
    stored(workflow)
    api.with_key(olga)

    for agent in agents:
        answer = api.post(api_url(round_), json=asked(round_, agent, confidence=100))
        assert answer.status_code == 201

    db.session.refresh(round_)
    after = (round_.explain, round_.closes_at, round_.outcome, len(round_.ballots))
    assert after == before
    assert workflow.status is Status.OPEN
    vote(workflow, olga)
    assert (round_.explain["A"], round_.explain["R"]) == (2, 0)
    assert round_.outcome == "approved"


def test_another_opinion_supersedes_and_both_are_kept(client, olga, round_, agent):
    client.as_(olga).post(url(round_), data=asked(round_, agent))
    client.post(url(round_), data=asked(round_, agent, opinion="approve"))

    first, second = all_advice()
    assert first.superseded_at == second.given_at
    assert second.superseded_at is None
    page = client.get(url(round_)).text
    assert "1 earlier opinion" in page


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"reason": ""}, "Fill this in."),
        ({"confidence": "101"}, "Enter 100 or less."),
        ({"confidence": "much"}, "Enter a whole number."),
        ({"opinion": ""}, "Fill this in."),
        ({"opinion": "veto"}, "Choose &#39;approve&#39;, &#39;reject&#39; or"),
        ({"agent_id": "nobody"}, "Choose one of the list."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client, olga, round_, agent, over, sentence
):
    sent = asked(round_, agent, reason="Kept words") | over

    answer = client.as_(olga).post(url(round_), data=sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept words" in answer.text) == ("reason" not in over)
    assert all_advice() == []


def test_an_agent_nobody_knows_is_refused(api, olga, round_, agent):
    stranger = "019a0000-0000-7000-8000-000000000000"

    answer = api.with_key(olga).post(
        api_url(round_), json=asked(round_, agent, agent_id=stranger)
    )

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/agent_id"


def test_a_stale_revision_is_told_in_a_sentence(client, api, olga, round_, agent):
    round_.revision = round_.workflow.revision = 3
    stored(round_)
    sent = asked(round_, agent, revision=2)

    page = client.as_(olga).post(url(round_), data=sent)
    told = api.with_key(olga).post(api_url(round_), json=sent)

    assert (page.status_code, told.status_code) == (409, 409)
    assert "This proposal changed since the agent read it." in page.text
    assert 'name="revision" type="hidden" value="3"' in page.text
    assert told.json["code"] == "stale_revision"
    assert all_advice() == []


def test_agents_advise_only_while_voting_is_open(client, api, olga, round_, agent):
    round_.workflow.status = Status.REJECTED
    stored(round_)

    page = client.as_(olga).get(url(round_)).text
    answer = api.with_key(olga).post(api_url(round_), json=asked(round_, agent))

    assert "Agents advise while voting is open." in page
    assert (answer.status_code, answer.json["code"]) == (409, "not_open")
    assert "the council rejected this" in answer.json["detail"]


def test_advice_at_the_very_close_is_too_late(api, olga, round_, agent):
    round_.closes_at = now() - timedelta(seconds=1)
    stored(round_)

    answer = api.with_key(olga).post(api_url(round_), json=asked(round_, agent))

    assert (answer.status_code, answer.json["code"]) == (409, "not_open")
    assert round_.workflow.status is Status.LAPSED
    assert all_advice() == []


def test_who_does_not_answer_for_the_agent_passes_nothing_on(
    client, api, otto, round_, agent
):
    client.as_(otto)

    form = client.get(url(round_)).text
    page = client.post(url(round_), data=asked(round_, agent))
    told = api.with_key(otto).post(api_url(round_), json=asked(round_, agent))

    assert "You answer for no agent that may advise here." in form
    assert "You do not answer for Triage." in page.text
    assert (told.status_code, told.json["code"]) == (403, "not_authorized")
    assert latest_audit().result is Result.REFUSED
    assert all_advice() == []


def test_an_admin_answers_for_every_agent(api, ada, round_, agent):
    answer = api.with_key(ada).post(api_url(round_), json=asked(round_, agent))

    assert answer.status_code == 201


def test_the_agent_of_the_proposal_does_not_advise_on_it(client, api, uma, olga, agent):
    round_ = voting(uma, olga, advisers=[agent], agent_id=agent.id)

    form = client.as_(olga).get(url(round_)).text
    answer = api.with_key(olga).post(api_url(round_), json=asked(round_, agent))

    assert f'value="{agent.id}"' not in form
    assert (answer.status_code, answer.json["code"]) == (403, "not_eligible")
    assert "on behalf of Triage" in answer.json["detail"]


@pytest.mark.parametrize("status", [AgentStatus.PAUSED, AgentStatus.RETIRED])
def test_an_agent_that_is_not_active_is_not_heard(api, olga, round_, agent, status):
    agent.status = status
    stored(agent)

    answer = api.with_key(olga).post(api_url(round_), json=asked(round_, agent))

    assert (answer.status_code, answer.json["code"]) == (403, "not_eligible")
    assert f"Triage is {status.value}." in answer.json["detail"]


def test_an_agent_of_another_council_is_not_heard(api, olga, round_):
    other = make_agent("Sorter", owner_id=olga.id)

    answer = api.with_key(olga).post(api_url(round_), json=asked(round_, other))

    assert (answer.status_code, answer.json["code"]) == (403, "not_eligible")
    assert "Sorter is no adviser of" in answer.json["detail"]


def test_a_stranger_gets_404_and_a_viewer_403(app, round_, agent, mallory, eve):
    for user, status in ((mallory, 404), (eve, 403)):
        caller = app.test_client().as_(user).with_key(user)
        assert caller.get(url(round_)).status_code == status
        sent = asked(round_, agent)
        assert caller.post(url(round_), data=sent).status_code == status
        assert caller.post(api_url(round_), json=sent).status_code == status
    assert app.test_client().with_key(mallory).get(api_url(round_)).status_code == 404
    assert app.test_client().with_key(eve).get(api_url(round_)).status_code == 200


def test_a_key_without_the_scope_advises_nothing(api, olga, round_, agent):
    api.with_key(olga, scopes=[Permission.WORKFLOW_READ])

    answer = api.post(api_url(round_), json=asked(round_, agent))

    assert answer.status_code == 403


@pytest.mark.parametrize("size", [0, 6])
def test_passing_on_costs_the_same_however_much_was_said(
    client, olga, round_, agent, statements, size
):
    for _ in range(size):
        make_advice(round_, olga)
    sent, where = asked(round_, agent), url(round_)
    client.as_(olga)
    statements.clear()

    client.post(where, data=sent)

    sent = [each for each in statements if "clock_timestamp" not in each]
    # session, find, 4 for what time has brought, lock, round, agent, seat, earlier
    # advice, counter, insert, and 3 of the audit trail
    assert len(sent) == 16
