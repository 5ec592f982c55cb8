from datetime import timedelta
from uuid import uuid4

import jwt
import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import UserSession
from dashboard.users.tokens import access_token, signing_key
from tests.auth.browsing import moved
from tests.factories import PASSWORD, latest_audit, make_user

ME = "/api/v1/me"


def log_in(api, user, **over):
    given = {"email": user.email, "password": PASSWORD} | over
    return api.post("/api/v1/auth/login", json=given)


def me(api, token):
    return api.get(ME, headers={"Authorization": f"Bearer {token}"})


def renew(api, token):
    return api.post("/api/v1/auth/refresh", json={"refresh_token": token})


def session_of(user):
    return db.session.scalar(select(UserSession).filter_by(user_id=user.id))


def claims(user, **over):
    given = {
        "sub": str(user.id),
        "sid": str(session_of(user).id),
        "iat": now(),
        "exp": now() + timedelta(minutes=5),
        "jti": str(uuid4()),
    }
    return given | over


def test_signing_in_gives_a_token_that_acts_as_its_owner(api, olga):
    tokens = log_in(api, olga).json

    answer = me(api, tokens["access_token"])

    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)
    assert answer.json["email"] == olga.email
    assert "workflow.vote" in answer.json["scopes"]
    assert latest_audit().via == "api"


@pytest.mark.parametrize(
    "over", [{"password": "wrong"}, {"email": "nobody@example.org"}]
)
def test_a_wrong_password_and_an_unknown_email_get_the_same_401(api, olga, over):
    answer = log_in(api, olga, **over)

    assert answer.status_code == 401
    assert answer.json["detail"] == "That email and password do not match."


def test_a_program_has_keys_and_no_sign_in(api):
    assert log_in(api, make_user("Bot", role=Role.API_USER)).status_code == 401


def test_what_is_no_sign_in_at_all_is_422(api, olga):
    answer = api.post("/api/v1/auth/login", json={"email": olga.email, "role": "admin"})

    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert answer.status_code == 422
    assert pointers == {"/password", "/role"}


def test_a_token_lives_for_a_quarter_of_an_hour(api, olga):
    log_in(api, olga)
    session = session_of(olga)

    fresh = access_token(session, at=now() - timedelta(minutes=14))
    spent = access_token(session, at=now() - timedelta(minutes=16))

    assert me(api, fresh).status_code == 200
    assert me(api, spent).status_code == 401


def test_a_token_signed_by_nobody_is_refused(api, olga):
    log_in(api, olga)

    unsigned = jwt.encode(claims(olga), None, "none")

    assert me(api, unsigned).status_code == 401


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_only_the_one_algorithm_is_accepted(api, olga, algorithm):
    log_in(api, olga)
    right = jwt.encode(claims(olga), signing_key(), "HS256")
    key = signing_key().ljust(64, b"\0")  # an HMAC key is padded by zeros anyway

    assert me(api, right).status_code == 200
    assert me(api, jwt.encode(claims(olga), key, algorithm)).status_code == 401


def test_a_token_signed_by_another_key_is_refused(app, api, olga):
    log_in(api, olga)
    key = app.config["SECRET_KEY"].encode()  # the cookie's key is not the token's

    assert me(api, jwt.encode(claims(olga), key, "HS256")).status_code == 401


@pytest.mark.parametrize("left_out", ["sub", "sid", "exp", "iat", "jti"])
def test_a_token_must_make_every_claim(api, olga, left_out):
    log_in(api, olga)
    made = claims(olga)
    del made[left_out]

    assert me(api, jwt.encode(made, signing_key(), "HS256")).status_code == 401


@pytest.mark.parametrize("claim", ["sub", "sid"])
def test_a_token_for_somebody_elses_session_is_refused(api, olga, otto, claim):
    log_in(api, olga)

    made = claims(olga, **{claim: str(otto.id)})

    assert me(api, jwt.encode(made, signing_key(), "HS256")).status_code == 401


@pytest.mark.parametrize("garbage", ["x", "a.b.c", "qrm_x", "qrm__", "qrr_" + "0" * 32])
def test_garbage_is_no_token(api, database, garbage):
    assert me(api, garbage).status_code == 401
    assert renew(api, garbage).status_code == 401


def test_refreshing_gives_new_tokens(api, olga):
    first = log_in(api, olga).json

    second = renew(api, first["refresh_token"]).json

    assert second["refresh_token"] != first["refresh_token"]
    assert me(api, second["access_token"]).status_code == 200


def test_a_refresh_token_used_twice_ends_the_session(api, olga):
    first = log_in(api, olga).json
    second = renew(api, first["refresh_token"]).json

    assert renew(api, first["refresh_token"]).status_code == 401

    assert me(api, second["access_token"]).status_code == 401
    assert renew(api, second["refresh_token"]).status_code == 401
    assert "second time" in latest_audit().detail["reason"]


def test_signing_out_kills_both_tokens(api, olga):
    tokens = log_in(api, olga).json
    spent = {"refresh_token": tokens["refresh_token"]}

    assert api.post("/api/v1/auth/logout", json=spent).status_code == 204

    assert me(api, tokens["access_token"]).status_code == 401
    assert renew(api, tokens["refresh_token"]).status_code == 401
    assert api.post("/api/v1/auth/logout", json=spent).status_code == 204


def test_deactivating_kills_both_tokens(api, client, ada, olga):
    tokens = log_in(api, olga).json

    client.as_(ada).post(f"/users/{olga.id}/deactivate")

    assert me(api, tokens["access_token"]).status_code == 401
    assert renew(api, tokens["refresh_token"]).status_code == 401


def test_a_session_at_rest_cannot_be_refreshed(api, olga):
    tokens = log_in(api, olga).json
    moved(UserSession, seen_at=now() - timedelta(minutes=31))

    assert renew(api, tokens["refresh_token"]).status_code == 401


def test_a_browser_session_has_no_refresh_token(api, client, olga):
    client.as_(olga)
    guess = f"qrr_{session_of(olga).id.hex}_"

    assert renew(api, guess).status_code == 401


def test_the_refresh_token_itself_opens_nothing(api, olga):
    assert me(api, log_in(api, olga).json["refresh_token"]).status_code == 401


def test_people_and_keys_are_changed_only_shortly_after_the_password(api, ada):
    token = log_in(api, ada).json["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    given = {"name": "CI", "scopes": ["bot.read"]}
    fresh = api.post("/api/v1/keys", json=given, headers=bearer)
    moved(UserSession, confirmed_at=now() - timedelta(minutes=11))

    stale = api.post("/api/v1/keys", json=given, headers=bearer)

    assert (fresh.status_code, stale.status_code) == (201, 403)
    assert me(api, token).status_code == 200


def test_the_cookie_of_a_browser_opens_nothing_here(client, ada):
    assert client.as_(ada).get(ME).status_code == 401
