import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import ApiKey
from tests.auth.browsing import moved
from tests.factories import latest_audit, make_user


def filled(**over):
    return {"name": "CI", "days": "90", "scopes": ["profile.read", "bot.read"]} | over


def shown_once(page):
    return re.search(r'id="shown-once"[^>]*>([^<]+)<', page.text).group(1)


def program(app, secret):
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    return client


def only_key():
    return db.session.scalar(select(ApiKey))


def test_a_new_key_is_shown_with_an_example_and_works(app, client, olga):
    page = client.as_(olga).post("/keys/new", data=filled())

    secret = shown_once(page)
    assert page.status_code == 201
    assert "curl -H" in page.text
    assert page.text.count(secret) == 3  # the key, its copy button, the example
    assert program(app, secret).get("/api/v1/me").json["email"] == olga.email
    assert only_key().last4 == secret[-4:]
    assert latest_audit().action == "key.write"


def test_the_secret_is_shown_that_one_time_and_kept_nowhere(client, ada):
    secret = shown_once(client.as_(ada).post("/keys/new", data=filled()))
    key, proof = only_key(), secret.split("_", 2)[2]

    urls = [
        "/keys/",
        f"/keys/{key.id}",
        f"/users/{ada.id}?tab=keys",
        f"/users/{ada.id}?tab=history",
        "/profile/",
        "/audit/",
    ]
    for url in urls:
        page = client.get(url).text
        assert proof not in page, url
        assert key.secret_hash not in page, url
    for entry in db.session.scalars(select(AuditEntry)):
        kept = f"{entry.detail}{entry.changes}{entry.subject_name}"
        assert proof not in kept
        assert key.secret_hash not in kept
    assert proof not in repr(key) + str(key)


@pytest.mark.parametrize(
    ("days", "left"), [("7", 7), ("30", 30), ("90", 90), ("365", 365), ("0", None)]
)
def test_a_key_ends_when_it_was_told_to(client, olga, days, left):
    client.as_(olga).post("/keys/new", data=filled(days=days))

    until = only_key().expires_at
    if left is None:
        assert until is None
    else:
        assert abs(until - now() - timedelta(days=left)) < timedelta(minutes=1)


def test_an_expired_key_opens_nothing(app, client, olga):
    secret = shown_once(client.as_(olga).post("/keys/new", data=filled()))
    moved(ApiKey, expires_at=now() - timedelta(seconds=1))

    assert program(app, secret).get("/api/v1/me").status_code == 401
    assert "Expired" in client.get("/keys/").text


def test_a_key_does_only_what_its_scopes_say(app, client, olga):
    secret = shown_once(
        client.as_(olga).post("/keys/new", data=filled(scopes=["bot.read"]))
    )

    answer = program(app, secret).get("/api/v1/me")

    assert answer.status_code == 403
    assert "profile.read" in answer.json["detail"]


def test_the_form_offers_what_the_owners_role_grants(client, ada, eve, uma):
    mine = client.as_(uma).get("/keys/new").text
    theirs = client.as_(ada).get(f"/users/{eve.id}/keys/new").text

    assert 'value="workflow.write"' in mine
    for scope in ("workflow.vote", "user.write", "run.write", "session.start"):
        assert f'value="{scope}"' not in mine
    assert 'value="audit.read"' in theirs
    assert 'value="bot.write"' not in theirs


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["user.write"]}, "scopes"),
        ({"scopes": ["workflow.decide"]}, "scopes"),
        ({"days": "1000"}, "days"),
    ],
)
def test_a_mistake_is_shown_beside_its_field(client, olga, over, field):
    response = client.as_(olga).post("/keys/new", data=filled(**over))

    assert response.status_code == 422
    assert f'id="{field}-error"' in response.text
    assert only_key() is None


def test_an_admin_creates_the_key_of_a_program(app, client, ada):
    bot = make_user("Deploy bot", role=Role.API_USER)

    page = client.as_(ada).post(f"/users/{bot.id}/keys/new", data=filled())

    assert program(app, shown_once(page)).get("/api/v1/me").json["email"] == bot.email
    assert latest_audit().actor_id == ada.id


def test_nobody_else_creates_a_key_for_another(client, olga, eve, mallory):
    for actor in (olga, eve, mallory):
        url = f"/users/{olga.id}/keys/new"
        assert client.as_(actor).post(url, data=filled()).status_code == 403
    assert only_key() is None


def test_somebody_deactivated_gets_no_key(client, ada):
    gone = make_user("Gus", is_active=False)

    response = client.as_(ada).post(f"/users/{gone.id}/keys/new", data=filled())

    assert response.status_code == 409


def test_a_revoked_key_is_dead_at_once_and_says_so(app, client, olga):
    secret = shown_once(client.as_(olga).post("/keys/new", data=filled()))

    client.post(f"/keys/{only_key().id}/revoke")

    page = client.get(f"/keys/{only_key().id}").text
    assert program(app, secret).get("/api/v1/me").status_code == 401
    assert "Revoked" in page
    assert "/revoke" not in page
    assert client.post(f"/keys/{only_key().id}/revoke").status_code == 409


def test_a_demoted_owner_takes_the_key_along(app, client, ada, olga):
    secret = shown_once(
        client.as_(olga).post("/keys/new", data=filled(scopes=["key.write"]))
    )
    fields = {"name": olga.name, "email": olga.email, "role": "viewer"}

    client.as_(ada).post(f"/users/{olga.id}/edit", data=fields)

    answer = program(app, secret).post("/api/v1/keys", json={})
    assert answer.status_code == 403


def test_a_stranger_sees_no_key_and_an_auditor_all(app, olga, mallory, eve):
    key, _ = ApiKey.issue(olga, "Olga's own")
    stranger = app.test_client().as_(mallory)
    auditor = app.test_client().as_(eve)

    assert stranger.get(f"/keys/{key.id}").status_code == 404
    assert stranger.post(f"/keys/{key.id}/revoke").status_code == 404
    assert "Olga&#39;s own" not in stranger.get("/keys/").text
    assert "Olga&#39;s own" in auditor.get("/keys/").text
    assert auditor.post(f"/keys/{key.id}/revoke").status_code == 403
    assert auditor.get("/keys/new").status_code == 403
    assert key.revoked_at is None


def test_an_admin_filters_keys_by_owner_and_revokes_them(client, ada, olga, otto):
    ApiKey.issue(otto, "of-otto")
    key, _ = ApiKey.issue(olga, "of-olga")
    client.as_(ada)

    page = client.get(f"/keys/?owner={olga.id}").text
    client.post(f"/keys/{key.id}/revoke")

    assert "of-olga" in page
    assert "of-otto" not in page
    assert key.revoked_at is not None


def test_the_list_costs_three_statements_however_long(client, ada, statements):
    for number in range(30):
        ApiKey.issue(ada, f"key {number}")
    client.as_(ada)
    statements.clear()

    page = client.get("/keys/")

    assert len(statements) == 3  # session and user, rows with total, owners
    assert "Next" in page.text


def test_a_key_page_costs_four_statements_or_fewer(client, ada, olga, statements):
    key, _ = ApiKey.issue(olga, "CI")
    client.as_(ada)
    statements.clear()

    client.get(f"/keys/{key.id}")

    assert len(statements) <= 4, "\n".join(statements)


def test_using_a_key_is_noted(api, olga):
    api.with_key(olga).get("/api/v1/me")

    assert now() - only_key().last_used_at < timedelta(minutes=1)
