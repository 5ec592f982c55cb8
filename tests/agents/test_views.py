import pytest
from sqlalchemy import select

from dashboard.agents.models import Agent, AgentStatus
from dashboard.extensions import db
from tests.factories import make_agent, make_council, make_workflow, stored


def filled(**over):
    fields = {"name": "Triage", "role": "reviewer", "status": "active", "owner_id": ""}
    return fields | {"capabilities": "labels, duplicates\r\nsummaries"} | over


def test_an_agent_is_created_with_its_capabilities_as_tags(client, olga):
    response = client.as_(olga).post("/agents/new", data=filled())

    agent = db.session.scalar(select(Agent))
    assert (response.status_code, response.location) == (303, f"/agents/{agent.id}")
    assert agent.capabilities == ["labels", "duplicates", "summaries"]
    page = client.get(response.location).text
    assert "on the books" in page
    assert page.count("duplicates") == 1


def test_a_new_agent_is_answered_for_by_whoever_creates_it_unless_said_otherwise(
    client, olga
):
    page = client.as_(olga).get("/agents/new").text

    assert f'<option selected value="{olga.id}">' in page


def test_what_is_wrong_stands_beside_the_field_and_nothing_typed_is_lost(client, ada):
    make_agent("Triage")

    response = client.as_(ada).post("/agents/new", data=filled(role="x" * 81))
    taken = client.post("/agents/new", data=filled())

    assert response.status_code == 422
    assert "Use at most 80 characters." in response.text
    assert "labels, duplicates" in response.text
    assert "Another agent has this name." in taken.text


def test_the_edit_form_starts_with_what_is_stored(client, ada):
    agent = make_agent("Triage", capabilities=["labels", "sums"], owner_id=ada.id)

    page = client.as_(ada).get(f"/agents/{agent.id}/edit").text
    client.post(f"/agents/{agent.id}/edit", data=filled(name="Sorter", status="paused"))

    assert 'value="Triage"' in page
    assert "labels\nsums" in page.replace("\r", "")
    changed = db.session.get(Agent, agent.id)
    assert (changed.name, changed.status) == ("Sorter", AgentStatus.PAUSED)
    assert changed.owner_id is None


def test_retiring_asks_first_and_is_final(client, ada):
    agent = make_agent()
    url = f"/agents/{agent.id}"

    page = client.as_(ada).get(url).text
    response = client.post(f"{url}/retire")

    assert 'data-confirm="Retire this agent?"' in page
    assert response.status_code == 303
    assert db.session.get(Agent, agent.id).is_retired
    assert "Retire this agent?" not in client.get(url).text
    assert client.post(f"{url}/edit", data=filled()).status_code == 409


def test_the_list_filters_by_name_and_status(client, uma):
    make_agent("Triage")
    make_agent("Sorter", status=AgentStatus.PAUSED)
    client.as_(uma)

    paused = client.get("/agents/?status=paused&q=").text
    searched = client.get("/agents/?q=tri").text

    assert "Sorter" in paused
    assert "Triage" not in paused
    assert "Triage" in searched
    assert "Sorter" not in searched
    assert "No agents match" in client.get("/agents/?q=nobody").text


def test_the_first_visit_says_what_an_agent_is(client, ada, uma):
    assert "No agents yet" in client.as_(ada).get("/agents/").text
    assert "/agents/new" not in client.as_(uma).get("/agents/").text


def test_only_councils_one_may_see_are_listed(client, olga, otto):
    agent = make_agent()
    make_council(olga, name="Safety", advisers=[agent])
    make_council(otto, name="Secrets", advisers=[agent])

    page = client.as_(olga).get(f"/agents/{agent.id}?tab=councils").text

    assert "Safety" in page
    assert "Secrets" not in page


def test_only_work_one_may_see_is_listed(client, olga, otto):
    agent = make_agent()
    make_workflow(olga, title="Sweep the yard", agent_id=agent.id)
    make_workflow(otto, title="Buy a crown", agent_id=agent.id)

    page = client.as_(olga).get(f"/agents/{agent.id}?tab=work").text

    assert "Sweep the yard" in page
    assert "Buy a crown" not in page


def test_a_page_is_as_long_as_asked(client, uma):
    make_agent("Triage")
    make_agent("Sorter")

    page = client.as_(uma).get("/agents/?limit=1").text

    assert "Sorter" in page
    assert "Triage" not in page
    assert 'rel="next"' in page


@pytest.mark.parametrize(
    "tab",
    ["overview", "councils", "work", "work&of=steps", "training", "history", "bogus"],
)
@pytest.mark.parametrize("size", [1, 30])
def test_a_tab_costs_four_statements_or_fewer(client, ada, otto, statements, tab, size):
    agent = make_agent(owner_id=otto.id)
    for _ in range(size):
        make_council(ada, advisers=[agent])
    url = f"/agents/{agent.id}?tab={tab}"
    client.as_(ada).get(url)
    statements.clear()

    response = client.get(url)

    assert response.status_code == 200
    assert len(statements) <= 4, "\n".join(statements)


def test_the_list_costs_two_statements(client, ada, statements):
    for _ in range(30):
        make_agent(owner_id=ada.id)
    client.as_(ada).get("/agents/")
    statements.clear()

    client.get("/agents/")

    assert len(statements) == 2  # session and user, rows with total


def test_a_save_costs_nine_statements_and_one_per_look_up(client, ada, statements):
    url, owner_id = f"/agents/{make_agent().id}/edit", str(ada.id)
    client.as_(ada).get(url)
    statements.clear()

    client.post(url, data=filled(owner_id=owner_id))

    # the name, the owner; its tools are read with it, and again under the lock
    assert len(statements) == 11, "\n".join(statements)


def test_who_may_not_write_gets_403_and_an_unknown_agent_is_404(client, uma, eve):
    agent = make_agent(owner_id=uma.id)
    unknown = "/agents/019a0000-0000-7000-8000-000000000000"

    for person in (uma, eve):
        client.as_(person)
        for url in ("/agents/new", f"/agents/{agent.id}/edit"):
            assert client.post(url, data=filled()).status_code == 403
        assert client.post(f"/agents/{agent.id}/retire").status_code == 403
        assert client.get(unknown).status_code == 404


def test_an_owner_who_left_stays_named_and_no_new_one_may_be_inactive(
    client, ada, otto
):
    agent = make_agent("Triage", owner_id=otto.id)
    otto.is_active = False
    stored(otto)
    client.as_(ada)

    kept = client.post(f"/agents/{agent.id}/edit", data=filled(owner_id=str(otto.id)))
    given = client.post("/agents/new", data=filled(name="Bee", owner_id=str(otto.id)))

    assert kept.status_code == 303
    assert given.status_code == 422
    assert "There is no such active person." in given.text
