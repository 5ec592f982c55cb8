"""A call that is made twice with one Idempotency-Key."""

import pytest
from sqlalchemy import func, select

from dashboard.bots.models import Bot, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.once import Submission
from dashboard.permissions import Permission
from dashboard.repeats import UNANSWERED
from tests.factories import ECHO, make_bot
from tests.once.stage import done

URL = "/api/v1/bots"
KEY = {"Idempotency-Key": "the-first"}
BODY = {"name": "Nightly", "code": ECHO}


def bots():
    return db.session.scalar(select(func.count()).select_from(Bot))


def test_the_same_call_again_is_answered_as_the_first_time(api, ada):
    api.with_key(ada)

    first = api.post(URL, json=BODY, headers=KEY)
    again = api.post(URL, json=BODY, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json == first.json
    assert again.headers["Location"] == first.headers["Location"]
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (bots(), done()) == (1, 1)


def test_an_answer_without_content_is_repeated_too(api, ada):
    url = f"{URL}/{make_bot(ada).id}"
    api.with_key(ada)

    first = api.delete(url, headers=KEY)
    again = api.delete(url, headers=KEY)

    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("changed", ["body", "address", "method"])
def test_the_key_with_another_call_is_a_mistake(api, ada, changed):
    api.with_key(ada)
    first = api.post(URL, json=BODY, headers=KEY).headers["Location"]

    if changed == "body":
        answer = api.post(URL, json=BODY | {"name": "Other"}, headers=KEY)
    elif changed == "address":
        answer = api.post(f"{first}/restore", json=BODY, headers=KEY)
    else:
        answer = api.patch(URL, json=BODY, headers=KEY)
        assert answer.status_code == 405
        answer = api.delete(first, json=BODY, headers=KEY)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/Idempotency-Key"
    assert bots() == 1


def test_a_key_belongs_to_who_sent_it(app, api, ada, olga):
    api.with_key(ada).post(URL, json=BODY, headers=KEY)

    other = app.test_client().with_key(olga)
    answer = other.post(URL, json=BODY | {"name": "Hers"}, headers=KEY)

    assert answer.status_code == 201
    assert bots() == 2


@pytest.mark.parametrize("key", ["", "x" * 101, "tabs\there", "ü"])
def test_a_key_is_short_and_printable(api, ada, key):
    headers = {"Idempotency-Key": key.encode().decode("latin-1")}

    answer = api.with_key(ada).post(URL, json=BODY, headers=headers)

    assert (answer.status_code, bots()) == (422, 0)


def test_a_call_that_was_refused_may_be_made_again(api, ada):
    bot = make_bot(ada)
    api.with_key(ada)

    refused = api.post(f"{URL}/{bot.id}/runs", json={}, headers=KEY)
    bot.run_policy = RunPolicy.OWNER
    started = api.post(f"{URL}/{bot.id}/runs", json={}, headers=KEY)

    assert (refused.status_code, started.status_code) == (403, 202)


def test_who_still_waits_for_the_first_answer_is_told_to_come_back(api, ada):
    api.with_key(ada).post(URL, json=BODY, headers=KEY)
    stored = db.session.scalar(select(Submission))
    stored.status = stored.sealed_body = None

    soon = api.post(URL, json=BODY, headers=KEY)
    stored.created_at = now() - UNANSWERED
    later = api.post(URL, json=BODY, headers=KEY)

    assert (soon.status_code, soon.headers["Retry-After"]) == (409, "1")
    assert (later.status_code, later.json["code"]) == (409, "answer_lost")
    assert f"bots {stored.subject_id}" in later.json["detail"]
    assert bots() == 1


def test_an_answer_too_long_to_keep_is_said_to_be_lost(api, ada):
    code = ECHO + "# " + "x" * (64 << 10)
    url = f"{URL}/{make_bot(ada).id}/versions"
    body = {"code": code, "message": "A long one"}
    api.with_key(ada)

    first = api.post(url, json=body, headers=KEY)
    again = api.post(url, json=body, headers=KEY)

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json["code"] == "answer_lost"


def test_a_secret_in_an_answer_is_kept_sealed(api, ada):
    api.with_key(ada)
    body = {"name": "Deploys", "scopes": ["bot.read"]}

    first = api.post("/api/v1/keys", json=body, headers=KEY)
    again = api.post("/api/v1/keys", json=body, headers=KEY)

    assert again.json == first.json
    assert first.json["secret"] not in db.session.scalar(select(Submission.sealed_body))


def test_a_lesser_key_is_not_told_what_a_greater_one_was(app, api, ada):
    api.with_key(ada).post(URL, json=BODY, headers=KEY)

    lesser = app.test_client().with_key(ada, scopes=[Permission.BOT_READ])
    answer = lesser.post(URL, json=BODY, headers=KEY)

    assert answer.status_code == 403


def test_reading_needs_no_key_and_takes_none(api, ada):
    api.with_key(ada)

    answers = [api.get(URL, headers=KEY) for _ in range(2)]

    assert all(answer.status_code == 200 for answer in answers)
    assert db.session.scalar(select(Submission)) is None


def test_the_description_tells_of_the_header(api):
    paths = api.get("/api/openapi.json").json["paths"]
    reference = {"$ref": "#/components/parameters/IdempotencyKey"}

    assert reference in paths["/api/v1/bots"]["post"]["parameters"]
    assert reference not in paths["/api/v1/bots"]["get"].get("parameters", [])
    assert reference not in paths["/api/v1/auth/login"]["post"].get("parameters", [])
