"""What an agent may not ask for is an admin's to say, never its owner's."""

import pytest

from dashboard.agents.models import Agent
from dashboard.extensions import db
from tests.factories import latest_audit, make_agent, make_bot, make_council, make_type
from tests.oversight.stage import restrict

URL = "/api/v1/agents"
UNKNOWN = "019a0000-0000-7000-8000-000000000000"


@pytest.fixture
def type_(ada, uma):
    return make_type(make_council(ada), make_bot(uma), name="Sweep")


@pytest.fixture
def agent(olga):
    """Olga answers for it."""
    return make_agent("Scout", owner_id=olga.id)


def filled(agent, **over):
    owner = {"owner_id": str(agent.owner_id or "")}
    return {"name": agent.name, "status": "active"} | owner | over


def row(type_, reason="It swept too much"):
    return {
        "restrictions-0-type_id": str(type_.id),
        "restrictions-0-reason": reason,
    }


def restrictions(agent):
    found = db.session.get(Agent, agent.id).restrictions
    return [(each.type_id, each.reason) for each in found]


def test_an_admin_restricts_an_agent_and_its_page_shows_it(client, ada, agent, type_):
    url = f"/agents/{agent.id}"

    response = client.as_(ada).post(f"{url}/edit", data=filled(agent, **row(type_)))

    assert response.status_code == 303
    assert restrictions(agent) == [(type_.id, "It swept too much")]
    [change] = latest_audit().changes.values()
    assert change["reason"] == [None, "It swept too much"]
    page = client.get(url).text
    assert "What it may not ask for" in page
    assert "It swept too much" in page
    assert 'value="It swept too much"' in client.get(f"{url}/edit").text


def test_an_admin_lifts_it_by_taking_the_row_away(client, ada, agent, type_):
    restrict(agent, type_)

    client.as_(ada).post(f"/agents/{agent.id}/edit", data=filled(agent))

    assert restrictions(agent) == []


def test_the_owners_edit_neither_shows_nor_drops_nor_adds_any(
    client, olga, agent, type_, ada, uma
):
    restrict(agent, type_, "Kept")
    other = make_type(make_council(ada), make_bot(uma))
    url = f"/agents/{agent.id}/edit"

    form = client.as_(olga).get(url).text
    response = client.post(url, data=filled(agent, role="tester", **row(other)))

    assert "restrictions" not in form
    assert response.status_code == 303
    assert db.session.get(Agent, agent.id).role == "tester"
    assert restrictions(agent) == [(type_.id, "Kept")]


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"restrictions-0-reason": ""}, "reason", "Fill this in."),
        ({"restrictions-0-reason": "x"}, "reason", "Use at least 3 characters."),
        ({"restrictions-0-type_id": UNKNOWN}, "type_id", "no such workflow type"),
    ],
)
def test_a_mistake_stands_beside_its_row_and_nothing_typed_is_lost(
    client, ada, agent, type_, wrong, field, sentence
):
    given = filled(agent, role="tester") | row(type_) | wrong

    response = client.as_(ada).post(f"/agents/{agent.id}/edit", data=given)

    assert response.status_code == 422
    beside = response.text.split(f'id="restrictions-0-{field}-error"')[1]
    assert sentence in beside.partition("</p>")[0]
    assert 'value="tester"' in response.text
    assert restrictions(agent) == []


def test_the_api_sets_them_for_an_admin_and_leaves_them_where_left_out(
    api, ada, agent, type_
):
    wanted = [{"type_id": str(type_.id), "reason": "It swept too much"}]
    url = f"{URL}/{agent.id}"

    patched = api.with_key(ada).patch(url, json={"restrictions": wanted}).json
    replaced = api.put(url, json={"name": "Scout"}).json
    lifted = api.patch(url, json={"restrictions": []}).json

    assert patched["restrictions"] == wanted
    assert replaced["restrictions"] == wanted
    assert lifted["restrictions"] == []


def test_the_owner_may_send_them_back_and_may_not_change_them(api, olga, agent, type_):
    restrict(agent, type_, "Kept")
    url = f"{URL}/{agent.id}"

    kept = api.with_key(olga).patch(url, json={"description": "New"})
    found = api.get(url).json["restrictions"]
    same = api.patch(url, json={"restrictions": found})
    lifted = api.patch(url, json={"restrictions": []})
    created = api.post(URL, json={"name": "Other", "restrictions": found})

    assert (kept.status_code, same.status_code) == (200, 200)
    assert (lifted.status_code, created.status_code) == (403, 403)
    assert "Only an admin" in lifted.json["detail"]
    assert restrictions(agent) == [(type_.id, "Kept")]
    assert latest_audit().result == "refused"


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ([{"type_id": UNKNOWN, "reason": "None such"}], "/restrictions/0/type_id"),
        ([{"type_id": UNKNOWN, "reason": " "}], "/restrictions/0/reason"),
        ([{"type_id": UNKNOWN, "reason": "Twice"}] * 2, ""),
    ],
)
def test_an_invalid_restriction_points_at_the_field(api, ada, agent, wrong, pointer):
    response = api.with_key(ada).patch(
        f"{URL}/{agent.id}", json={"restrictions": wrong}
    )

    assert response.status_code == 422
    assert [error["pointer"] for error in response.json["errors"]] == [pointer]


@pytest.mark.parametrize("size", [1, 12])
def test_the_page_costs_the_same_however_many_there_are(
    client, ada, uma, agent, statements, size
):
    bot, council = make_bot(uma), make_council(ada)
    for _ in range(size):
        restrict(agent, make_type(council, bot))
    url = f"/agents/{agent.id}"
    client.as_(ada).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == 2  # session and user, the agent with all of it
