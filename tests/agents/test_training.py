"""What an agent was taught: written down once, and read for good."""

import pytest
from sqlalchemy import select

from dashboard.agents.models import Outcome, Training
from dashboard.extensions import db
from tests.factories import latest_audit, make_agent, stored


@pytest.fixture
def agent(olga):
    return make_agent("Scout", owner_id=olga.id)


def taught(**over):
    fields = {"topic": "Refunds", "outcome": "partial", "score": 70, "kind": "initial"}
    return fields | {"notes": "Missed <b>two</b> doubles"} | over


def all_trainings():
    return db.session.scalars(select(Training)).all()


def test_the_owner_adds_a_training_and_the_tab_shows_it(client, olga, agent):
    client.as_(olga)

    empty = client.get(f"/agents/{agent.id}?tab=training").text
    answer = client.post(f"/agents/{agent.id}/trainings", data=taught())
    page = client.get(answer.location).text

    assert "No trainings yet" in empty
    assert answer.location == f"/agents/{agent.id}?tab=training"
    [training] = all_trainings()
    assert (training.outcome, training.score) == (Outcome.PARTIAL, 70)
    assert training.recorded_by_id == olga.id
    assert "Missed &lt;b&gt;two&lt;/b&gt; doubles" in page
    assert "In part" in page
    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("agent.write", "Scout")
    assert entry.detail == {"topic": "Refunds", "outcome": "partial"}


def test_a_program_adds_and_lists_them(api, olga, agent):
    url = f"/api/v1/agents/{agent.id}/trainings"
    api.with_key(olga)

    first = api.post(url, json=taught())
    second = api.post(url, json={"topic": "Dates", "outcome": "success"})
    listed = api.get(url, query_string={"limit": 1}).json

    assert first.status_code == 201
    assert first.json["recorded_by_name"] == "Olga"
    assert (second.json["score"], second.json["kind"]) == (None, "initial")
    assert (listed["items"], listed["total"]) == ([second.json], 2)


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"topic": ""}, "topic", "Fill this in."),
        ({"score": "101"}, "score", "Enter 100 or less."),
        ({"score": "well"}, "score", "Enter a whole number."),
        ({"outcome": "so-so"}, "outcome", "Choose"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_the_rest_is_kept(
    client, api, olga, agent, over, field, sentence
):
    sent = taught(notes="Kept words") | over

    page = client.as_(olga).post(f"/agents/{agent.id}/trainings", data=sent)
    told = api.with_key(olga).post(f"/api/v1/agents/{agent.id}/trainings", json=sent)

    assert (page.status_code, told.status_code) == (422, 422)
    assert sentence in page.text.split(f'id="{field}-error"')[1].partition("</p>")[0]
    assert "Kept words" in page.text
    assert [each["pointer"] for each in told.json["errors"]] == [f"/{field}"]
    assert all_trainings() == []


def test_who_may_not_change_the_agent_adds_none(app, agent, otto, uma, eve):
    for person in (otto, uma, eve):
        caller = app.test_client().as_(person).with_key(person)
        page = caller.get(f"/agents/{agent.id}?tab=training").text
        assert "Add a training" not in page
        path = f"/agents/{agent.id}/trainings"
        assert caller.post(path, data=taught()).status_code == 403
        assert caller.post(f"/api/v1{path}", json=taught()).status_code == 403
    assert all_trainings() == []


def test_an_agent_nobody_knows_is_404(client, api, ada):
    unknown = "/agents/019a0000-0000-7000-8000-000000000000/trainings"
    client.as_(ada).with_key(ada)

    assert client.post(unknown, data=taught()).status_code == 404
    assert client.get(f"/api/v1{unknown}").status_code == 404
    assert client.post(f"/api/v1{unknown}", json=taught()).status_code == 404


@pytest.mark.parametrize("size", [1, 30])
def test_the_tab_costs_the_same_however_many(client, olga, agent, statements, size):
    for _ in range(size):
        stored(
            Training(
                agent_id=agent.id, topic="x", outcome="success", recorded_by_id=olga.id
            )
        )
    url = f"/agents/{agent.id}?tab=training"
    client.as_(olga).get(url)
    statements.clear()

    client.get(url)

    assert len(statements) == 3  # session, agent, rows with total
