import pytest

from dashboard.agents.models import Agent, AgentStatus
from dashboard.extensions import db
from tests.factories import (
    latest_audit,
    make_agent,
    make_bot,
    make_council,
    make_type,
    open_vote,
)

URL = "/api/v1/agents"


def test_an_operator_puts_an_agent_on_the_books(api, olga):
    body = {
        "name": "Triage",
        "role": "reviewer",
        "capabilities": ["labels", "labels", " duplicates "],
        "owner_id": str(olga.id),
    }

    response = api.with_key(olga).post(URL, json=body)

    assert response.status_code == 201
    assert response.headers["Location"] == f"{URL}/{response.json['id']}"
    assert response.json["capabilities"] == ["labels", "duplicates"]
    assert response.json["status"] == "active"
    assert latest_audit().subject_name == "Triage"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x"}, "/name"),
        ({"name": "Triage", "reputation": 9}, "/reputation"),
        ({"name": "Triage", "status": "asleep"}, "/status"),
        ({"name": "Triage", "capabilities": [""]}, "/capabilities/0"),
        ({"name": "Triage", "capabilities": ["x"] * 31}, "/capabilities"),
        ({"name": "Triage", "owner_id": "0" * 32}, "/owner_id"),
    ],
)
def test_an_invalid_agent_points_at_the_field(api, ada, body, pointer):
    response = api.with_key(ada).post(URL, json=body)

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


def test_a_taken_name_is_said_beside_the_name(api, ada):
    make_agent("Triage")

    response = api.with_key(ada).post(URL, json={"name": "Triage"})

    assert response.status_code == 422
    assert response.json["errors"] == [
        {"pointer": "/name", "detail": "Another agent has this name."}
    ]


def test_put_replaces_and_patch_changes_only_what_it_names(api, ada):
    agent = make_agent("Triage", role="reviewer", description="Old")
    url = f"{URL}/{agent.id}"

    patched = api.with_key(ada).patch(url, json={"description": "New"}).json
    replaced = api.put(url, json={"name": "Sorter"}).json

    assert (patched["role"], patched["description"]) == ("reviewer", "New")
    assert (replaced["name"], replaced["role"]) == ("Sorter", "")


def test_deleting_retires_and_keeps_the_record(api, ada):
    agent = make_agent()
    url = f"{URL}/{agent.id}"

    response = api.with_key(ada).delete(url)

    assert (response.status_code, response.data) == (204, b"")
    assert db.session.get(Agent, agent.id).status is AgentStatus.RETIRED
    assert api.delete(url).status_code == 409


def test_a_retired_agent_stays_retired(api, ada):
    agent = make_agent(status=AgentStatus.RETIRED)

    response = api.with_key(ada).patch(f"{URL}/{agent.id}", json={"status": "active"})

    assert response.status_code == 409
    assert "stays retired" in response.json["detail"]
    assert latest_audit().result == "refused"


def test_an_operator_changes_only_what_they_answer_for(api, olga, otto):
    theirs, nobodys = make_agent(owner_id=otto.id), make_agent()

    def status(agent):
        return api.patch(f"{URL}/{agent.id}", json={"role": "x"}).status_code

    api.with_key(olga)
    assert (status(theirs), status(nobodys)) == (403, 200)


def test_a_user_reads_and_does_not_write(api, uma):
    agent = make_agent()

    assert api.with_key(uma).get(f"{URL}/{agent.id}").status_code == 200
    assert api.post(URL, json={}).status_code == 403


def test_the_list_is_filtered(api, uma):
    make_agent("Triage")
    make_agent("Trials", status=AgentStatus.PAUSED)
    make_agent("Sorter")
    api.with_key(uma)

    def names(**query):
        items = api.get(URL, query_string=query).json["items"]
        return [each["name"] for each in items]

    assert names(q="tri") == ["Trials", "Triage"]
    assert names(q="tri", status="active") == ["Triage"]
    assert names(limit=1) == ["Sorter"]


@pytest.mark.parametrize("size", [1, 20])
def test_the_list_costs_the_same_however_long_it_is(api, ada, statements, size):
    for _ in range(size):
        make_agent(owner_id=ada.id)
    api.with_key(ada).get(URL)
    statements.clear()

    api.get(URL)

    assert len(statements) == 2  # key and owner, rows with total


@pytest.mark.parametrize("owned", [True, False])
def test_only_an_admin_hands_on_an_agent_that_a_council_hears(
    api, ada, olga, otto, owned
):
    """Its owner reads what is proposed there: that is no operator's to give away."""
    agent = make_agent(owner_id=olga.id if owned else None)
    workflow = open_vote(
        olga, make_type(make_council(ada, olga, advisers=[agent]), make_bot(ada))
    )
    giver = olga if owned else otto
    url, body = f"{URL}/{agent.id}", {"owner_id": str(otto.id)}

    refused = api.with_key(giver).patch(url, json=body)
    renamed = api.with_key(giver).patch(url, json={"description": "As before"})
    read = api.with_key(otto).get(f"/api/v1/workflows/{workflow.id}")
    given = api.with_key(ada).patch(url, json=body)

    assert (refused.status_code, read.status_code) == (422, 404)
    assert refused.json["errors"][0]["pointer"] == "/owner_id"
    assert (renamed.status_code, given.status_code) == (200, 200)
