"""What a key or token cannot do: more than its scopes, its owner, or its time."""

from datetime import timedelta

import jwt
import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import GRANTS, Permission, Role
from dashboard.users.models import ApiKey, User
from tests.attacks.stage import (
    FOR_PROGRAMS,
    UNSAFE,
    body_of,
    listed,
    routes,
    secret_world,
)
from tests.populated import filled_in

LACKS = "lacks the scope"


@pytest.fixture
def calls(app, ada, olga):
    """Every call of the API, filled in for an admin who may make it."""
    world = secret_world(ada, olga)
    return [
        (method, filled_in(rule, world), body_of(rule), permission)
        for method, rule in routes(app, "GET", *UNSAFE)
        if rule.rule.startswith(FOR_PROGRAMS)
        for permission in [app.view_functions[rule.endpoint].permission]
    ]


def test_a_key_opens_no_call_outside_its_scope(app, api, ada, calls):
    found = []
    for method, url, body, permission in calls:
        others = sorted(set(Permission) - {permission})
        api.with_key(ada, scopes=others)
        answer = api.open(url, method=method, **body)
        if answer.status_code != 403 or LACKS not in answer.json["detail"]:
            found.append((method, url, answer.status))

    assert not found, listed(found)


@pytest.mark.parametrize("role", list(Role))
def test_a_scope_beyond_the_role_grants_nothing(app, api, ada, calls, role):
    owner = ada if role is Role.ADMIN else None
    if owner is None:
        owner = db.session.get(User, ada.id)
        owner.role = role
        db.session.commit()
    api.with_key(owner, scopes=list(Permission))

    found = []
    for method, url, body, permission in calls:
        if permission not in GRANTS[role]:
            answer = api.open(url, method=method, **body)
            if answer.status_code != 403:
                found.append((method, url, answer.status))

    assert not found, listed(found)


def expire(key):
    key.expires_at = now() - timedelta(seconds=1)


def revoke(key):
    key.revoke()


def deactivate(key):
    key.user.is_active = False


@pytest.mark.parametrize("end", [expire, revoke, deactivate])
def test_a_key_that_ended_opens_no_call_at_all(api, ada, calls, end):
    key, secret = ApiKey.issue(ada)
    end(key)
    db.session.commit()
    api.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"

    found = [
        (method, url)
        for method, url, body, _ in calls
        if api.open(url, method=method, **body).status_code != 401
    ]

    assert not found, listed(found)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_key_with_one_letter_changed_is_nobodys(api, ada, part):
    _, secret = ApiKey.issue(ada)
    db.session.commit()
    parts = secret.split("_", 2)
    parts[part] = parts[part][:-1] + ("a" if parts[part][-1] != "a" else "b")

    answer = api.get(
        "/api/v1/me", headers={"Authorization": f"Bearer {'_'.join(parts)}"}
    )

    assert answer.status_code == 401


def test_a_key_in_an_address_or_as_a_password_is_not_looked_at(api, ada):
    _, secret = ApiKey.issue(ada)
    db.session.commit()

    answers = [
        api.get(f"/api/v1/me?api_key={secret}&token={secret}"),
        api.get("/api/v1/me", headers={"X-API-Key": secret}),
        api.get("/api/v1/me", auth=("ada", secret)),
        api.get("/api/v1/me", headers={"Authorization": secret}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 4


def test_the_secret_stands_in_no_table(api, ada, database):
    body = {"name": "Mine", "scopes": ["bot.read"]}
    secret = api.with_key(ada).post("/api/v1/keys", json=body).json["secret"]

    tables = (ApiKey.__table__, AuditEntry.__table__)
    stored = str([database.execute(sa.select(table)).all() for table in tables])

    assert secret.split("_", 2)[2] not in stored


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"alg": "none"}, {}),
        ({"alg": "HS512"}, {}),
        ({"alg": "RS256"}, {}),
        ({"alg": "HS256", "kid": "../../dev/null"}, {}),
        ({"alg": "HS256", "jku": "https://evil.example/keys"}, {}),
        ({"alg": "HS256"}, {"sid": None}),
        ({"alg": "HS256"}, {"sid": 5}),
        ({"alg": "HS256"}, {"exp": 0}),
    ],
)
def test_a_forged_token_is_nobody(api, ada, header, claims):
    body = {"sub": str(ada.id), "sid": str(ada.id), "exp": 9999999999, "jti": "x"}
    parts = [header | {"typ": "JWT"}, body | {"iat": 1} | claims]
    encoded = [
        jwt.utils.base64url_encode(str(part).replace("'", '"').encode()).decode()
        for part in parts
    ]

    for signature in ("", "AAAA"):
        token = ".".join([*encoded, signature])
        answer = api.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
