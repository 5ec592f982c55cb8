"""What every answer carries, and what no browser is talked into."""

import re

import pytest

from config import Config
from dashboard import create_app
from dashboard.extensions import db
from dashboard.users.models import UserSession
from tests.attacks.stage import UNSAFE, listed, routes, secret_world
from tests.conftest import Client, bound_to, on_sqlite
from tests.factories import PASSWORD
from tests.populated import filled_in

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
)
BASE = "https://quorum.example.org"
UNKNOWN = ("TRACE", "CONNECT", "PROPFIND", "MADEUP")


@pytest.fixture
def answers(app, client, ada, monkeypatch):
    """One answer of each status there is."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "councils.index", broken)
    anonymous = app.test_client()
    client.as_(ada)
    nobody = {"email": "x", "password": "y"}
    style = anonymous.get("/static/css/layout.css")
    style.close()
    return {
        "page": client.get("/"),
        "redirect": anonymous.get("/"),
        "not found": client.get("/nowhere"),
        "forbidden method": client.delete("/"),
        "invalid": anonymous.post("/login", data=nobody),
        "too large": client.post("/theme", data={"next": "x" * (3 << 20)}),
        "broken": client.get("/councils/"),
        "no token": anonymous.get("/api/v1/me"),
        "no such call": anonymous.get("/api/nowhere"),
        "bad body": anonymous.post("/api/v1/auth/login", data="{"),
        "health": anonymous.get("/healthz"),
        "style": style,
        "description": anonymous.get("/api/openapi.json"),
    }


def broken(**kwargs):
    raise ZeroDivisionError


def test_every_answer_carries_the_protection(answers):
    found = []
    for name, answer in answers.items():
        found += [
            (name, header, answer.headers.get(header))
            for header, value in HEADERS.items()
            if answer.headers.get(header) != value
        ]
        policy = answer.headers.get("Content-Security-Policy", "")
        found += [(name, part) for part in POLICY if part not in policy]
        if "Access-Control-Allow-Origin" in answer.headers:
            found.append((name, "shared with other sites"))

    assert not found, listed(found)


def test_no_answer_but_a_style_is_kept_by_a_cache(answers):
    kept = {
        name
        for name, each in answers.items()
        if each.headers.get("Cache-Control") != "no-store"
    }

    assert kept == {"style"}


def test_the_statuses_are_what_was_asked_for(answers):
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "page": 200,
        "redirect": 303,
        "not found": 404,
        "forbidden method": 405,
        "invalid": 422,
        "too large": 413,
        "broken": 500,
        "no token": 401,
        "no such call": 404,
        "bad body": 400,
        "health": 200,
        "style": 200,
        "description": 200,
    }


def test_a_broken_page_tells_nothing_of_the_program(answers):
    assert not re.search(
        r"Traceback|ZeroDivision|\.py|/work|SELECT ", answers["broken"].text
    )


@on_sqlite
def test_no_method_a_route_does_not_name_is_taken(app, client, ada, olga):
    world = secret_world(ada, olga)
    client.as_(ada).with_key(ada)

    found = []
    for _, rule in routes(app, "GET"):
        url = filled_in(rule, world)
        known = {
            method
            for other in app.url_map.iter_rules()
            if other.rule == rule.rule
            for method in other.methods
        }
        for method in {*UNSAFE, *UNKNOWN} - known:
            answer = client.open(url, method=method)
            if answer.status_code != 405:
                found.append((method, rule.rule, answer.status))

    assert not found, listed(found)


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-Method-Override"])
def test_no_header_turns_reading_into_writing(client, ada, olga, header):
    world = secret_world(ada, olga)

    client.as_(ada).get(f"/councils/{world['council_id']}", headers={header: "DELETE"})

    assert client.get(f"/councils/{world['council_id']}").status_code == 200


def test_the_cookie_alone_opens_no_call_of_the_api(client, ada):
    client.as_(ada)

    assert client.get("/api/v1/me").status_code == 401
    assert client.post("/api/v1/councils", json={}).status_code == 401


def test_a_key_opens_no_page(api, ada):
    assert api.with_key(ada).get("/users/").status_code == 303


def test_a_forged_cookie_is_nobody(app, ada):
    own = db.session.scalars(db.select(UserSession)).all()
    browser = app.test_client()
    for value in ("x", "eyJfdXNlcl9pZCI6IjEifQ.x.y", "." * 500, "\xff"):
        browser.set_cookie("quorum", value)
        assert browser.get("/").status_code == 303
    assert own == []


@pytest.fixture(scope="module")
def behind_https(server, app, tmp_path_factory):
    made = create_app(
        Config(
            secret_key="s" * 32,
            audit_key="a" * 32,
            data_keys=("d" * 32,),
            database_url=server,
            base_url=BASE,
            instance=tmp_path_factory.mktemp("secure"),
            testing=True,
        )
    )
    made.test_client_class = Client
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def secure(behind_https, database):
    """The program as it is behind https."""
    with bound_to(behind_https, database):
        yield behind_https


def test_behind_https_the_cookies_are_locked_up(secure, ada):
    browser = secure.test_client()
    form = {"email": ada.email, "password": PASSWORD}

    signed_in = browser.post("/login", data=form, base_url=BASE)
    themed = browser.post("/theme", data={"theme": "dark"}, base_url=BASE)

    assert signed_in.status_code == 303
    cookies = [
        *signed_in.headers.getlist("Set-Cookie"),
        *themed.headers.getlist("Set-Cookie"),
    ]
    assert any(cookie.startswith("__Host-quorum=") for cookie in cookies)
    assert all(
        {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        for cookie in cookies
    )
    assert not any("Domain=" in cookie for cookie in cookies)
    assert signed_in.headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize("url", ["/login", "/healthz", "/api/v1/me", "/nowhere"])
@pytest.mark.parametrize(
    "host", ["evil.example", "quorum.example.org.evil.example", "x@y", ""]
)
def test_behind_https_another_host_is_refused(secure, url, host):
    answer = secure.test_client().get(
        url, base_url=BASE, headers={"Host": host or "127.0.0.1"}
    )

    assert answer.status_code == 400
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "evil" not in answer.text


def test_without_a_proxy_a_forwarded_host_counts_for_nothing(client, ada):
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}

    answer = client.as_(ada).get("/", headers=forged)

    assert "evil.example" not in answer.text + str(answer.headers)
