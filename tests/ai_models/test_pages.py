"""AI models as pages: kept with a key nobody sees again, switched, looked at."""

import pytest
from sqlalchemy import select

from dashboard.ai_models.models import AIModel
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall, Purpose
from dashboard.sealing import unseal
from tests.ai_models.stage import CANARY, make_model
from tests.factories import latest_audit, stored

NEW = "/ai-models/new"
FILLED = {
    "name": "Small and cheap",
    "provider": "openai",
    "model_id": "gpt-4o-mini",
    "base_url": "https://93.184.216.34/v1",
    "usage_type": "general",
    "key": CANARY,
    "input_price": "0.15",
    "output_price": "0.6",
    "max_tokens": "512",
    "timeout_seconds": "30",
    "parameters": '{"temperature": 0.2}',
    "is_active": "y",
}


def test_a_model_is_added_and_its_key_sealed(client, ada):
    answer = client.as_(ada).post(NEW, data=FILLED)

    model = db.session.scalars(select(AIModel)).one()
    assert answer.location == f"/ai-models/{model.id}"
    assert unseal(model.sealed_key, model) == CANARY
    assert (model.price_in, model.price_out) == (150_000, 600_000)
    assert model.parameters == {"temperature": 0.2}
    page = client.get(answer.location).text
    assert f"…{CANARY[-4:]}" in page
    assert "$0.15 in, $0.6 out" in page
    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("ai_model.write", "Small and cheap")
    assert entry.changes[f"ai_models/{model.id}"]["sealed_key"] == [None, "[secret]"]
    assert CANARY not in str(entry.changes) + page


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"model_id": ""}, "Fill this in."),
        ({"base_url": "http://127.0.0.1:11434/v1"}, "OUTBOUND_ALLOW"),
        ({"base_url": "https://10.0.0.1/v1"}, "inside a network"),
        ({"base_url": "ftp://example.org"}, "must begin with https://"),
        ({"input_price": "-1"}, "Enter 0 or more."),
        ({"input_price": "cheap"}, "valid decimal"),
        ({"max_tokens": "0"}, "Enter 1 or more."),
        ({"key": "sk two words"}, "no spaces"),
        ({"parameters": '{"logit_bias": {}}'}, "This is not asked for."),
        ({"parameters": "{"}, "Line 1"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, ada, over, sentence):
    answer = client.as_(ada).post(NEW, data=FILLED | {"description": "As typed"} | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "As typed" in answer.text
    assert CANARY not in answer.text
    assert db.session.scalar(select(AIModel)) is None


def test_a_server_of_one_s_own_is_allowed_by_name(app, client, ada, monkeypatch):
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", ("127.0.0.1:11434",))
    own = {"base_url": "http://127.0.0.1:11434/v1", "key": ""}

    answer = client.as_(ada).post(NEW, data=FILLED | own)

    assert answer.status_code == 303
    assert "No key" in client.get(answer.location).text


def test_a_key_left_out_stays_but_not_at_another_address(client, ada):
    model = make_model(key=CANARY)
    url = f"/ai-models/{model.id}/edit"

    kept = client.as_(ada).post(url, data=FILLED | {"key": ""})
    moved = FILLED | {"key": "", "base_url": "https://93.184.216.35/v1"}
    refused = client.post(url, data=moved)
    renewed = client.post(url, data=moved | {"key": CANARY})

    assert (kept.status_code, renewed.status_code) == (303, 303)
    assert refused.status_code == 422
    assert "saved for the old address" in refused.text
    assert CANARY not in client.get(url).text
    assert unseal(model.sealed_key, model) == CANARY


def test_a_model_is_switched_and_its_key_removed(client, ada):
    model = make_model(key=CANARY)

    client.as_(ada).post(f"/ai-models/{model.id}/off")
    assert not model.is_active
    assert "nothing calls it" in client.get(f"/ai-models/{model.id}").text
    client.post(f"/ai-models/{model.id}/on")
    assert model.is_active
    client.post(f"/ai-models/{model.id}/key/remove")
    assert (model.sealed_key, model.key_last4) == (None, "")
    again = client.post(f"/ai-models/{model.id}/key/remove", follow_redirects=True)
    assert "No key is stored" in again.text


def test_a_test_waits_for_a_worker(client, ada):
    model = make_model()

    answer = client.as_(ada).post(f"/ai-models/{model.id}/test")

    call = db.session.scalars(select(ModelCall)).one()
    assert answer.location == f"/model-calls/{call.id}"
    assert (call.purpose, call.status) == (Purpose.TEST, CallStatus.QUEUED)
    assert call.asked_by_id == ada.id


def test_usage_says_what_calls_came_to(client, api, ada):
    model = make_model()
    for number, status in enumerate((CallStatus.COMPLETED, CallStatus.FAILED)):
        facts = {"tokens_in": 1000, "tokens_out": 500, "cost": 450}
        stored(
            ModelCall(
                key=f"test/{number}",
                purpose=Purpose.TEST,
                ai_model_id=model.id,
                request={},
                status=status,
                **facts,
            )
        )

    page = client.as_(ada).get(f"/ai-models/{model.id}/usage").text
    found = api.with_key(ada).get(f"/api/v1/ai-models/{model.id}/usage?days=7").json

    assert "2 calls, $0.0009 in 30 days" in page
    assert [day["calls"] for day in found["by_day"]] == [0] * 6 + [2]
    [row] = found["by_purpose"]
    assert (row["name"], row["calls"], row["failed"]) == ("test", 2, 1)
    assert (row["tokens_in"], row["cost"]) == (2000, 900)
    listed = client.get("/ai-models/").text
    assert "$0.0009" in listed


def test_without_a_model_the_page_says_how_to_add_one(client, ada, eve):
    assert "docs/models.md" in client.as_(ada).get("/ai-models/").text
    assert "once an admin adds a model" in client.as_(eve).get("/ai-models/").text


@pytest.mark.parametrize("path", ["", "?tab=history", "/usage"])
def test_a_page_asks_a_constant_number_of_questions(client, ada, statements, path):
    model = make_model()
    client.as_(ada)

    statements.clear()
    assert client.get(f"/ai-models/{model.id}{path}").status_code == 200

    assert len(statements) <= (6 if path == "/usage" else 4)


def test_a_list_asks_no_more_for_many(client, ada, statements):
    client.as_(ada)
    asked = []
    for more in (1, 20):
        for _ in range(more):
            make_model()
        statements.clear()
        client.get("/ai-models/")
        asked.append(len(statements))

    assert asked[0] == asked[1] <= 4
