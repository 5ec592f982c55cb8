"""Every refusal says what happened, in the language of who asked."""

from urllib.parse import unquote

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard.errors import RuleBroken, answer_domain
from dashboard.extensions import db
from tests.conftest import bound_to
from tests.factories import make_council, make_user

NOWHERE = "/councils/019a0000-0000-7000-8000-000000000000"
PARTIAL = {"X-Partial": "1"}


def broken(**kwargs):
    raise ZeroDivisionError("a secret detail")


@pytest.fixture
def silent(app):
    """A database that does not answer; whoever signed in did so before."""
    nowhere = sa.create_engine("postgresql+psycopg2://x@127.0.0.1:1/x")
    with bound_to(app, nowhere):
        yield
    nowhere.dispose()


@pytest.fixture
def unguarded(app, monkeypatch):
    """As in production: what breaks is answered, not raised into the test."""
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    return app


@pytest.fixture
def with_csrf(app, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)


def test_a_page_names_the_request_that_failed(client, ada):
    answer = client.as_(ada).get(NOWHERE)

    assert (answer.status_code, answer.mimetype) == (404, "text/html")
    assert answer.headers["X-Request-Id"] in answer.text
    assert "not yours to see" in answer.text


def test_a_program_gets_a_problem(api, ada):
    answer = api.with_key(ada).get(f"/api/v1{NOWHERE}")

    assert answer.mimetype == "application/problem+json"
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "This address leads nowhere, or to something that is not yours "
        "to see.",
        "instance": f"urn:uuid:{answer.headers['X-Request-Id']}",
    }


def test_a_problem_points_at_the_fields(api, ada):
    answer = api.with_key(ada).get("/api/v1/audit?limit=0")

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {"pointer": "/limit", "detail": answer.json["errors"][0]["detail"]}
    ]


def test_an_error_is_answered_also_when_nobody_signed_in(client):
    assert client.get("/nowhere").status_code == 404
    assert client.get("/logout").status_code == 405


def test_a_script_gets_a_sentence_to_show(client, ada):
    answer = client.as_(ada).get(NOWHERE, headers=PARTIAL)

    assert (answer.status_code, answer.mimetype) == (404, "text/plain")
    assert unquote(answer.headers["X-Toast"]) == answer.text
    assert "<" not in answer.text


def test_a_sentence_beyond_ascii_reaches_the_script_whole(app):
    with app.test_request_context(headers=PARTIAL):
        answer = answer_domain(RuleBroken("100 % of “Žofie”\r\nsaid no."))

    assert answer.headers["X-Toast"].isascii()
    assert unquote(answer.headers["X-Toast"]) == "100 % of “Žofie”\r\nsaid no."


def test_who_may_not_is_told_who_may(client, eve):
    answer = client.as_(eve).get("/councils/new")

    assert answer.status_code == 403
    assert "It takes the role Admin" in answer.text


def test_a_form_without_its_token_says_what_to_do(client, ada, with_csrf):
    answer = client.as_(ada).post("/theme", data={"theme": "dark"})

    assert answer.status_code == 400
    assert "Your session ended or this page is old" in answer.text


@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_what_is_too_large_is_refused_with_the_limit(client, headers):
    answer = client.post("/theme", data={"next": "x" * (3 << 20)}, headers=headers)

    assert answer.status_code == 413
    assert "at most 2 MiB" in answer.text


@pytest.mark.parametrize(
    ("word", "status"), [("duplicate key value", 409), ("NOT NULL", 500)]
)
def test_two_who_saved_the_same_are_told_and_no_other_clash_is_taken_for_one(
    unguarded, api, ada, monkeypatch, word, status
):
    def clash(**kwargs):
        raise IntegrityError("INSERT", {}, Exception(word))

    monkeypatch.setitem(unguarded.view_functions, "audit_api.index", clash)

    answer = api.with_key(ada).get("/api/v1/audit")

    assert answer.status_code == status
    assert ("Look again" in answer.json["detail"]) is (status == 409)


def test_json_that_is_nested_without_end_is_the_senders_mistake(api, ada):
    answer = api.with_key(ada).post(
        "/api/v1/councils", data="[" * 100_000, content_type="application/json"
    )

    assert answer.status_code == 400
    assert "nested" in answer.json["detail"]


def test_a_mistake_of_ours_shows_nothing_of_itself(
    unguarded, client, monkeypatch, caplog
):
    monkeypatch.setitem(unguarded.view_functions, "auth.login", broken)

    answer = client.get("/login")

    request_id = answer.headers["X-Request-Id"]
    assert answer.status_code == 500
    assert request_id in answer.text
    assert "secret detail" not in answer.text
    assert f"Request {request_id} broke: GET /login" in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_nobody_writes_lines_of_their_own_into_the_log(
    unguarded, client, ada, monkeypatch, caplog
):
    monkeypatch.setitem(unguarded.view_functions, "docs.asset", broken)

    client.as_(ada).get("/api/docs/assets/a%0AINFO%20all%20is%20well%1b[31m")

    said = caplog.messages[-1]
    assert said.endswith("/api/docs/assets/a%0AINFO%20all%20is%20well%1B%5B31m")
    assert said.isprintable()


def test_a_mistake_of_ours_is_a_problem_for_programs(unguarded, api, ada, monkeypatch):
    monkeypatch.setitem(unguarded.view_functions, "audit_api.index", broken)

    answer = api.with_key(ada).get("/api/v1/audit")

    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "secret detail" not in answer.text


def test_a_failed_statement_does_not_tell_what_it_was_given(ada):
    with pytest.raises(IntegrityError) as failed:
        make_user(email=ada.email, password_hash="a-planted-hash")
    db.session.rollback()

    assert "INSERT INTO users" in str(failed.value)
    assert "a-planted-hash" not in str(failed.value)


def test_a_silent_database_is_said_and_logged(client, ada, request, caplog):
    client.as_(ada)
    request.getfixturevalue("silent")

    answer = client.get("/")

    assert answer.status_code == 503
    assert "The database did not answer. Nothing was saved. Try again." in answer.text
    assert answer.headers["X-Request-Id"] in caplog.text


def test_a_database_that_falls_silent_under_a_page_is_said_too(
    app, client, ada, monkeypatch
):
    nowhere = sa.create_engine("postgresql+psycopg2://x@127.0.0.1:1/x")

    def ask_in_vain():
        db.session.rollback()  # from here on who asks would have to be read anew
        monkeypatch.setitem(db.engines, None, nowhere)
        db.session.execute(sa.text("SELECT 1"))

    client.as_(ada)
    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "home.index", ask_in_vain)
        answer = client.get("/")
    monkeypatch.undo()
    nowhere.dispose()

    assert answer.status_code == 503
    assert "The database did not answer." in answer.text


def test_a_silent_database_is_a_problem_for_programs(api, ada, request):
    api.with_key(ada)
    request.getfixturevalue("silent")

    answer = api.get("/api/v1/home")

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")


def test_a_silent_database_becomes_a_toast_for_a_script(client, ada, request):
    client.as_(ada)
    request.getfixturevalue("silent")

    answer = client.get("/", headers=PARTIAL)

    assert answer.status_code == 503
    assert answer.headers["X-Toast"] == answer.text


def test_an_error_page_keeps_the_strict_policy(client, ada):
    make_council(ada)

    for url in ("/nowhere", NOWHERE):
        policy = client.as_(ada).get(url).headers["Content-Security-Policy"]
        assert "unsafe-inline" not in policy
        assert "nonce-" in policy
