"""Stored secrets: put away, replaced, deleted, and never shown."""

import json

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.grants.models import StoredSecret
from dashboard.sealing import unseal
from tests.factories import latest_audit, make_bot
from tests.grants.stage import make_grant, make_secret

VALUE = "hunter2 and more"
NEW = {"name": "MAIL_TOKEN", "description": "Sends mail", "secret": VALUE}


def stored_value(secret):
    db.session.refresh(secret)
    return unseal(secret.sealed_value, secret)


def test_a_secret_is_stored_sealed_and_never_shown(client, ada):
    answer = client.as_(ada).post("/secrets/new", data=NEW)

    secret = db.session.scalar(select(StoredSecret))
    pages = client.get(answer.location).text + client.get("/secrets/").text
    trail = json.dumps(
        [[e.changes, e.detail] for e in db.session.scalars(select(AuditEntry))]
    )
    assert answer.location == f"/secrets/{secret.id}"
    assert stored_value(secret) == VALUE
    assert "MAIL_TOKEN" in pages
    for text in (pages, trail, secret.sealed_value):
        assert VALUE not in text
        assert VALUE[-4:] not in text
    assert latest_audit().action == "secret.write"


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": "mail token"}, "Use capital letters"),
        ({"name": ""}, "Fill this in."),
        ({"secret": "12345"}, "Use at least 6 characters."),
        ({"name": "CRM_TOKEN"}, "Another secret has this name."),
    ],
)
def test_what_is_wrong_is_said_and_all_but_the_secret_stays(
    client, ada, over, sentence
):
    make_secret(ada)

    answer = client.as_(ada).post("/secrets/new", data={**NEW, **over})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "Sends mail" in answer.text
    assert VALUE not in answer.text


def test_a_value_is_replaced_for_all_that_hold_it(client, ada):
    secret = make_secret(ada)
    client.as_(ada)

    short = client.post(f"/secrets/{secret.id}/replace", data={"secret": "abc"})
    answer = client.post(f"/secrets/{secret.id}/replace", data={"secret": VALUE})

    assert (short.status_code, answer.status_code) == (422, 303)
    assert stored_value(secret) == VALUE
    entry = latest_audit()
    assert entry.detail == {"verb": "replace"}
    assert (
        entry.changes[f"stored_secrets/{secret.id}"]["sealed_value"] == ["[secret]"] * 2
    )


def test_a_granted_secret_is_not_deleted_and_one_that_was_granted_is(client, ada, uma):
    secret = make_secret(ada)
    grant = make_grant(make_bot(uma, name="Orders"), secret=secret)
    client.as_(ada)

    held = client.post(f"/secrets/{secret.id}/delete")
    grant.revoke(ada, "Not needed", now())
    db.session.commit()
    gone = client.post(f"/secrets/{secret.id}/delete")

    assert held.status_code == 409
    assert "is granted to Orders" in held.text
    assert gone.location == "/secrets/"
    assert db.session.scalar(select(StoredSecret)) is None
    assert "a secret that was deleted" in client.get(f"/grants/{grant.id}").text


def test_its_page_says_where_it_is_granted(client, ada, uma):
    secret = make_secret(ada)
    make_grant(make_bot(uma, name="Orders"), secret=secret)

    page = client.as_(ada).get(f"/secrets/{secret.id}").text

    assert "Orders" in page
    assert "In force" in page


def test_only_admins_write_and_only_who_sees_all_reads(client, ada, eve, olga, uma):
    secret = make_secret(ada)
    where = f"/secrets/{secret.id}"

    client.as_(eve)
    assert client.get(where).status_code == client.get("/secrets/").status_code == 200
    assert "Replace the value" not in client.get(where).text
    for person in (eve, olga, uma):
        client.as_(person)
        assert client.post("/secrets/new", data=NEW).status_code == 403
        assert client.post(f"{where}/replace", data=NEW).status_code == 403
        assert client.post(f"{where}/delete").status_code == 403
    for person in (olga, uma):
        client.as_(person)
        assert client.get("/secrets/").status_code == 403
        assert client.get(where).status_code == 403
    assert (
        client.as_(ada).get("/secrets/019a0000-0000-7000-8000-000000000000").status_code
        == 404
    )


@pytest.mark.parametrize("size", [1, 6])
def test_the_pages_cost_the_same_however_many_there_are(
    client, ada, uma, statements, size
):
    for n in range(size):
        secret = make_secret(ada, name=f"TOKEN_{n}")
        make_grant(make_bot(uma), secret=secret)
    one = f"/secrets/{secret.id}"
    client.as_(ada)

    statements.clear()
    client.get("/secrets/")
    assert len(statements) == 2  # session, secrets

    statements.clear()
    client.get(one)
    assert len(statements) == 3  # session, secret, grants
