"""AI models as JSON: the key goes in, and never comes out."""

from sqlalchemy import select

from dashboard.ai_models.models import AIModel
from dashboard.extensions import db
from dashboard.sealing import unseal
from tests.ai_models.stage import CANARY, make_model

URL = "/api/v1/ai-models"
BODY = {
    "name": "Small",
    "model_id": "gpt-4o-mini",
    "base_url": "https://93.184.216.34/v1",
    "key": CANARY,
    "input_price": 0.15,
    "output_price": "0.60",
    "daily_budget": 2,
}


def test_a_model_is_added_read_and_changed(api, ada):
    made = api.with_key(ada).post(URL, json=BODY)
    assert made.status_code == 201, made.json
    assert made.headers["Location"] == f"{URL}/{made.json['id']}"
    assert (made.json["has_key"], made.json["key_last4"]) == (True, CANARY[-4:])
    assert (made.json["input_price"], made.json["daily_budget"]) == (0.15, 2.0)

    changed = api.patch(made.headers["Location"], json={"max_tokens": 64})

    assert (changed.json["max_tokens"], changed.json["name"]) == (64, "Small")
    model = db.session.scalars(select(AIModel)).one()
    assert unseal(model.sealed_key, model) == CANARY
    assert CANARY not in made.text + changed.text + api.get(URL).text


def test_another_address_needs_the_key_again(api, ada):
    model = make_model(key=CANARY)
    elsewhere = {"base_url": "https://93.184.216.35/v1"}

    refused = api.with_key(ada).patch(f"{URL}/{model.id}", json=elsewhere)
    gone = api.delete(f"{URL}/{model.id}/key")
    moved = api.patch(f"{URL}/{model.id}", json=elsewhere)

    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/key"
    assert (gone.json["has_key"], moved.json["base_url"]) == (
        False,
        elsewhere["base_url"],
    )


def test_it_is_switched_tested_and_asked_what_it_cost(api, ada):
    model = make_model()

    off = api.with_key(ada).post(f"{URL}/{model.id}/off")
    twice = api.post(f"{URL}/{model.id}/off")
    silent = api.post(f"{URL}/{model.id}/test")
    on = api.post(f"{URL}/{model.id}/on")
    tested = api.post(f"{URL}/{model.id}/test")
    usage = api.get(f"{URL}/{model.id}/usage?days=91")

    assert (off.json["is_active"], on.json["is_active"]) == (False, True)
    assert (twice.status_code, silent.status_code) == (409, 409)
    assert (tested.status_code, tested.json["status"]) == (202, "queued")
    assert usage.status_code == 422


def test_only_admins_keep_models(api, olga, eve):
    model = make_model()

    for person in (olga, eve):
        api.with_key(person)
        assert api.get(f"{URL}/{model.id}").status_code == 200
        assert api.post(URL, json=BODY).status_code == 403
        assert api.patch(f"{URL}/{model.id}", json={}).status_code == 403
        assert api.post(f"{URL}/{model.id}/test").status_code == 403


def test_a_name_is_taken_once_and_a_stranger_s_id_is_nothing(api, ada):
    make_model(name="Small")

    taken = api.with_key(ada).post(URL, json=BODY)

    assert taken.status_code == 422
    assert api.get(f"{URL}/{ada.id}").status_code == 404
