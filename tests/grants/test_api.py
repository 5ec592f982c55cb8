"""Grants and secrets as JSON."""

import pytest

from dashboard.permissions import Permission
from tests.factories import make_bot
from tests.grants.stage import (
    decided,
    grants_type,
    make_grant,
    make_secret,
    newest_workflow,
)

GRANTS, SECRETS = "/api/v1/grants", "/api/v1/secrets"
NEW = {"name": "MAIL_TOKEN", "secret": "hunter2 and more"}


def wanted(bot, type_, **over):
    return {
        "bot_id": str(bot.id),
        "kind": "network",
        "hosts": ["api.example.org"],
        "why": "It reads the orders.",
        "type_id": str(type_.id),
    } | over


def test_a_program_asks_a_council_decides_and_the_program_revokes(api, uma, olga):
    bot = make_bot(uma)
    api.with_key(uma)

    answer = api.post(GRANTS, json=wanted(bot, grants_type(olga)))
    decided(newest_workflow(), olga)
    (grant,) = api.get(GRANTS, query_string={"bot_id": bot.id}).json["items"]
    revoked = api.post(f"{GRANTS}/{grant['id']}/revoke", json={"reason": "Done"})

    assert (answer.status_code, answer.json["status"]) == (201, "draft")
    assert grant["workflow_id"] == answer.json["id"]
    assert (grant["state"], grant["hosts"]) == ("in_force", ["api.example.org"])
    assert (revoked.json["state"], revoked.json["revoke_reason"]) == ("revoked", "Done")
    assert revoked.json == api.get(f"{GRANTS}/{grant['id']}").json


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"hosts": []}, "/hosts"),
        ({"hosts": ["ok.example.org", "10.0.0.1"]}, "/hosts/1"),
        ({"secret": "CRM_TOKEN"}, "/secret"),
        ({"kind": "secret", "secret": "CRM_TOKEN"}, "/hosts"),
        ({"kind": "root"}, "/kind"),
        ({"until": "2020-01-01"}, "/until"),
    ],
)
def test_what_cannot_be_granted_is_refused(api, uma, olga, over, pointer):
    make_secret(olga)
    body = wanted(make_bot(uma), grants_type(olga), **over)

    answer = api.with_key(uma).post(GRANTS, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_stranger_gets_404_and_a_reader_403(app, database, uma, olga, eve, mallory):
    bot = make_bot(uma)
    grant = make_grant(bot, "api.example.org")
    body = wanted(bot, grants_type(olga))
    where = f"{GRANTS}/{grant.id}"
    reason = {"reason": "Let go"}

    stranger = app.test_client().with_key(mallory)
    assert stranger.get(where).status_code == 404
    assert stranger.get(GRANTS).json["items"] == []
    assert stranger.post(GRANTS, json=body).status_code == 404
    for person in (olga, eve):
        reader = app.test_client().with_key(person)
        assert reader.get(where).status_code == 200
        assert reader.post(GRANTS, json=body).status_code == 403
        assert reader.post(f"{where}/revoke", json=reason).status_code == 403


def test_a_secret_is_added_replaced_and_deleted_and_never_told(api, ada):
    api.with_key(ada)

    added = api.post(SECRETS, json=NEW)
    where = added.headers["Location"]
    replaced = api.put(f"{where}/value", json={"secret": "another value"})
    listed = api.get(SECRETS).json["items"]
    gone = api.delete(where)

    assert (added.status_code, replaced.status_code) == (201, 200)
    assert [row["name"] for row in listed] == ["MAIL_TOKEN"]
    assert not {"secret", "sealed_value", "value"} & set(listed[0])
    assert (gone.status_code, api.get(where).status_code) == (204, 404)


def test_a_key_without_the_scope_writes_no_secret(api, ada, olga):
    api.with_key(ada, scopes=[Permission.SECRET_READ])

    assert api.get(SECRETS).status_code == 200
    assert api.post(SECRETS, json=NEW).status_code == 403
    assert api.with_key(olga).get(SECRETS).status_code == 403
