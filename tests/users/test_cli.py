from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.audit import Origin, origin
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.users.models import ApiKey, User
from tests.auth.browsing import sign_in
from tests.factories import latest_audit, make_user

STRONG = "a blue lamp on tuesday"
NINA = ["create-admin", "--email", "nina@example.org", "--username", "nina"]


@pytest.fixture
def flask(app, database):
    def run(*args, **over):
        db.session.commit()
        origin.set(Origin())  # a command runs in a process of its own
        result = app.test_cli_runner().invoke(args=list(args), **over)
        db.session.expire_all()
        return result

    return run


def test_the_first_admin_is_made_on_the_server_and_signs_in(flask, client):
    answers = f"nina@example.org\nnina\n{STRONG}\n{STRONG}\n"

    result = flask("create-admin", input=answers)

    nina = db.session.scalar(select(User))
    assert result.exit_code == 0, result.output
    assert (nina.role, nina.email) == (Role.ADMIN, "nina@example.org")
    assert STRONG not in result.output
    assert sign_in(client, nina, password=STRONG).location == "/"


def test_it_is_recorded_as_done_by_the_house_itself(flask):
    flask(*NINA, env={"ADMIN_PASSWORD": STRONG})

    entry = latest_audit()
    assert (entry.action, entry.actor_name, entry.via) == (
        "user.write",
        "Quorum",
        "cli",
    )


@pytest.mark.parametrize(
    "given",
    [
        {"args": ["--password-stdin"], "input": f"{STRONG}\n"},
        {"env": {"ADMIN_PASSWORD": STRONG}},
    ],
)
def test_a_script_hands_the_password_in(flask, given):
    args = [*NINA, *given.get("args", [])]

    result = flask(*args, input=given.get("input"), env=given.get("env"))

    assert result.exit_code == 0, result.output
    assert db.session.scalar(select(User)).has_password(STRONG)


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"email": "nina@example.org"}, "Somebody else has this email."),
        ({"username": "nina"}, "Somebody else has this username."),
    ],
)
def test_a_second_one_is_refused_in_words(flask, over, sentence):
    make_user("Nina", **over)

    result = flask(*NINA, env={"ADMIN_PASSWORD": STRONG})

    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_a_weak_password_is_refused_in_words(flask):
    result = flask(*NINA, env={"ADMIN_PASSWORD": "password1234"})

    assert result.exit_code == 1
    assert "password: This password is too common." in result.output
    assert db.session.scalar(select(User)) is None


def test_a_fresh_house_has_nobody_in_it(database):
    assert db.session.scalar(select(User)) is None


def test_a_key_is_printed_once_and_works(flask, app, olga):
    result = flask("create-api-key", olga.email, "--name", "CI", "--days", "7")

    secret = result.stdout.strip()
    program = app.test_client()
    program.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    key = db.session.scalar(select(ApiKey))
    assert result.exit_code == 0, result.output
    assert program.get("/api/v1/me").json["email"] == olga.email
    assert (key.name, round((key.expires_at - key.created_at) / timedelta(days=1))) == (
        "CI",
        7,
    )
    assert "user.write" not in key.scopes


def test_a_key_for_nobody_is_refused_in_words(flask):
    result = flask("create-api-key", "nobody@example.org", "--name", "CI")

    assert result.exit_code == 1
    assert "Nobody here has the email nobody@example.org." in result.output
