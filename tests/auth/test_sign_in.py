import re
from statistics import median
from time import process_time

import pytest
import sqlalchemy as sa
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.auth.actions import start_session
from dashboard.auth.delays import by_name
from dashboard.errors import Denied
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import SignInDelay, User, UserSession
from dashboard.users.passwords import hashed
from tests.auth.browsing import is_in, sign_in
from tests.factories import PASSWORD, latest_audit, make_user


def test_signing_in_by_email_and_out_again(client, ada):
    assert sign_in(client, ada).location == "/"
    assert is_in(client)

    client.post("/logout")

    assert client.get("/profile/").location == "/login?next=/profile/"


def test_a_username_and_any_case_of_an_email_sign_in_too(app, client, ada):
    other = app.test_client()

    assert sign_in(client, ada, email=ada.username).location == "/"
    assert sign_in(other, ada, email=ada.email.upper()).location == "/"


def test_after_signing_in_one_is_where_one_wanted_to_be(client, ada):
    wanted = client.get("/users/?q=olga").location

    page = client.get(wanted)
    next_ = re.search(r'name="next"[^>]*value="([^"]+)"', page.text).group(1)

    assert sign_in(client, ada, next=next_).location == "/users/?q=olga"


@pytest.mark.parametrize(
    "next_",
    [
        "//e",
        "/\\e",
        "https:e",
        "http:e",
        "javascript:alert(1)",
        "\\\\e",
        "/\t/e",
        "%2f%2fe",
        "///e",
        "http://[",
        "e",
    ],
)
def test_next_stays_on_this_site(client, ada, next_):
    page = client.get("/login", query_string={"next": next_})

    assert page.status_code == 200
    assert sign_in(client, ada, next=next_).location == "/"


def test_a_script_without_a_session_is_told_where_to_sign_in(client):
    response = client.get("/profile/", headers={"X-Partial": "1"})

    assert response.status_code == 204
    assert response.headers["X-Location"] == "/login?next=/profile/"


def test_signing_in_is_recorded_with_address_and_time(client, ada):
    sign_in(client, ada)

    entry = latest_audit()
    session = db.session.scalar(select(UserSession))
    assert (entry.action, entry.result, entry.actor_id) == (
        "session.start",
        "done",
        ada.id,
    )
    assert entry.address == session.address == "127.0.0.1"
    assert ada.last_login_at is not None


@pytest.mark.parametrize("who", ["wrong", "unknown", "inactive", "program"])
def test_every_failure_looks_the_same(client, ada, who):
    known = {
        "wrong": lambda: sign_in(client, ada, password="wrong"),
        "unknown": lambda: sign_in(client, ada, email="nobody@example.org"),
        "inactive": lambda: sign_in(client, make_user("Ina", is_active=False)),
        "program": lambda: sign_in(client, make_user("Bot", role=Role.API_USER)),
    }

    failed, reference = known[who](), sign_in(client, ada, password="also wrong")

    assert failed.status_code == reference.status_code == 422
    assert anonymous(failed) == anonymous(reference)
    assert "do not match" in failed.text


def anonymous(page):
    return re.sub(r'nonce="[^"]+"|[a-z0-9]+@example.org', "", page.text)


def test_an_unknown_email_costs_as_much_work_as_a_known_one(client):
    known = make_user("Kim", password_hash=hashed(PASSWORD))

    def cost(email):
        db.session.query(SignInDelay).delete()
        start = process_time()
        sign_in(client, known, email=email, password="wrong")
        return process_time() - start

    unknown = median(cost("nobody@example.org") for _ in range(5))
    wrong = median(cost(known.email) for _ in range(5))

    assert unknown > wrong / 2


def test_a_failure_is_recorded_without_the_password(client, ada):
    sign_in(client, ada, password="my-secret-slip")
    known = latest_audit()
    sign_in(client, ada, email="Nobody@example.org", password="my-secret-slip")
    unknown = latest_audit()

    assert (known.action, known.result) == ("session.start", "refused")
    assert known.actor_id == ada.id
    assert unknown.actor_name == "Quorum"
    assert unknown.detail["email"] == "Nobody@example.org"
    rows = db.session.scalars(select(AuditEntry)).all()
    assert not any("my-secret-slip" in f"{row.detail}{row.changes}" for row in rows)


def test_a_mistake_keeps_the_email_and_not_the_password(client, ada):
    page = sign_in(client, ada, password="wrong-but-typed")

    assert ada.email in page.text
    assert "wrong-but-typed" not in page.text


def test_a_weaker_hash_is_renewed_at_sign_in(client, ada):
    assert ada.password_hash.startswith("pbkdf2")

    sign_in(client, ada)

    assert ada.password_hash.startswith("scrypt:32768:8:1$")
    assert ada.has_password(PASSWORD)


def test_a_fresh_house_tells_how_to_make_the_first_admin(client):
    before = client.get("/login").text
    make_user("Ada")

    after = client.get("/login").text

    assert db.session.scalar(select(User.id)) is not None
    assert "flask create-admin" in before
    assert "flask create-admin" not in after


def test_whoever_is_in_already_is_led_on(client, ada):
    client.as_(ada)

    assert client.get("/login").location == "/"
    assert client.get("/login?next=/profile/").location == "/profile/"


def test_a_session_from_before_signing_in_is_worth_nothing_after(app, client, ada):
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"

    sign_in(client, ada)

    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_a_csrf_token_from_before_signing_in_is_dead_after(app, client, ada):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        old = token_on(client.get("/login"))
        entered = sign_in(client, ada, csrf_token=old)
        refused = client.post("/logout", data={"csrf_token": old})
        new = token_on(client.get("/profile/password"))
        left = client.post("/logout", data={"csrf_token": new})
    finally:
        app.config["WTF_CSRF_ENABLED"] = False

    assert (entered.status_code, refused.status_code) == (303, 400)
    assert (old != new, left.location) == (True, "/login")


def token_on(page):
    return re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text).group(1)


@pytest.mark.parametrize(
    "url",
    [
        "/login",
        "/logout",
        "/confirm",
        "/profile/password",
        "/profile/sessions/end-others",
        "/users/new",
        "/users/019a0000-0000-7000-8000-000000000000/edit",
        "/users/019a0000-0000-7000-8000-000000000000/password",
        "/users/019a0000-0000-7000-8000-000000000000/deactivate",
        "/users/019a0000-0000-7000-8000-000000000000/activate",
        "/keys/new",
        "/keys/019a0000-0000-7000-8000-000000000000/revoke",
    ],
)
def test_every_form_needs_its_token(app, client, ada, monkeypatch, url):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    client.as_(ada)

    assert client.post(url).status_code == 400


def test_a_password_changed_while_it_was_looked_at_opens_nothing(ada):
    change = sa.update(User).values(password_hash="another")
    db.session.execute(change.execution_options(synchronize_session=False))

    with pytest.raises(Denied, match="Sign in again"):
        start_session(ada, PASSWORD, by_name(ada.email))

    assert db.session.scalar(select(UserSession)) is None
