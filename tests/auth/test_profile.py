from datetime import timedelta

import pytest

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.users.models import UserSession
from tests.auth.browsing import is_in, moved, sign_in
from tests.factories import PASSWORD, latest_audit

NEW = "a blue lamp on tuesday"


def change(client, **over):
    fields = {"current": PASSWORD, "new": NEW, "again": NEW} | over
    return client.post("/profile/password", data=fields)


def test_the_profile_says_who_one_is_and_what_one_may_do(client, uma):
    page = client.as_(uma).get("/profile/").text

    assert uma.email in page
    assert "Owns bots and proposes work; does not vote." in page
    assert "Propose and edit workflows" in page
    assert "Vote where seated" not in page


def test_a_new_password_opens_and_the_old_one_does_not(app, client, olga):
    response = change(client.as_(olga))

    assert response.location == "/profile/"
    assert sign_in(app.test_client(), olga).status_code == 422
    assert sign_in(app.test_client(), olga, password=NEW).location == "/"
    assert is_in(client)


def test_an_auditor_may_change_the_own_password(client, eve):
    assert change(client.as_(eve)).location == "/profile/"


def test_a_change_is_recorded_without_either_password(client, olga):
    change(client.as_(olga))

    entry = latest_audit()
    assert entry.action == "profile.write"
    assert entry.changes[f"users/{olga.id}"] == {
        "password_hash": ["[secret]", "[secret]"]
    }


@pytest.mark.parametrize(
    ("over", "field", "sentence"),
    [
        ({"current": "wrong"}, "current", "That is not your password."),
        ({"again": "a blue lamp on monday"}, "again", "The two passwords differ."),
        ({"new": "short", "again": "short"}, "new", "Use at least 12 characters."),
        ({"new": "Password2024!", "again": "Password2024!"}, "new", "too common"),
        ({"new": "", "again": ""}, "new", "Fill this in."),
    ],
)
def test_a_mistake_is_shown_beside_its_field(client, olga, over, field, sentence):
    response = change(client.as_(olga), **over)

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert sentence in response.text


def test_a_thief_of_a_session_cannot_guess_the_password_for_long(client, olga):
    client.as_(olga)
    statuses = [change(client, current="wrong").status_code for _ in range(5)]

    assert statuses == [422] * 5
    assert change(client).status_code == 429
    assert db.session.query(AuditEntry).filter_by(result="refused").count() == 6


def stale():
    moved(UserSession, confirmed_at=now() - timedelta(minutes=11))


@pytest.mark.parametrize(
    "page",
    [
        "/keys/new",
        "/users/new",
        "/users/{}/edit",
        "/users/{}/keys/new",
        "/users/{}/password",
    ],
)
def test_something_sensitive_asks_for_the_password_again(client, ada, page):
    client.as_(ada)
    url = page.format(ada.id)
    assert client.get(url).status_code == 200
    stale()

    asked = client.get(url)
    confirmed = client.post(
        "/confirm", data={"password": PASSWORD, "next": asked.location.split("=")[1]}
    )

    assert asked.location == f"/confirm?next={url}"
    assert confirmed.location == url
    assert client.get(url).status_code == 200


def test_a_stale_session_changes_nothing_sensitive(client, ada, olga):
    client.as_(ada)
    stale()

    for what in ("edit", "password"):
        response = client.post(f"/users/{olga.id}/{what}", data={"role": "admin"})
        assert response.location.startswith("/confirm")

    assert olga.role == "council_operator"
    assert olga.has_password(PASSWORD)


def test_the_wrong_password_confirms_nothing(client, ada):
    client.as_(ada)
    stale()

    response = client.post("/confirm", data={"password": "wrong", "next": "/keys/new"})

    assert response.status_code == 422
    assert "That is not your password." in response.text
    assert client.get("/keys/new").location == "/confirm?next=/keys/new"


@pytest.mark.parametrize("next_", ["//e", "https://e", "javascript:alert(1)", "/\\e"])
def test_confirming_leads_nowhere_else(client, ada, next_):
    client.as_(ada)

    response = client.post("/confirm", data={"password": PASSWORD, "next": next_})

    assert response.location == "/"
