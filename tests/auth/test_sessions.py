from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.users.models import UserSession
from tests.auth.browsing import is_in, moved, sign_in, stolen
from tests.factories import PASSWORD, latest_audit

NEW = "a blue lamp on tuesday"


def only_session(user):
    return db.session.scalar(select(UserSession).filter_by(user_id=user.id))


def test_a_copied_cookie_is_dead_after_signing_out(app, client, ada):
    sign_in(client, ada)
    thief = stolen(app, client)
    assert is_in(thief)

    client.post("/logout")

    assert not is_in(thief)


def test_a_copied_cookie_is_dead_after_a_new_password(app, client, ada):
    sign_in(app.test_client(), ada)
    sign_in(client, ada)
    other = app.test_client()
    sign_in(other, ada)

    client.post(
        "/profile/password", data={"current": PASSWORD, "new": NEW, "again": NEW}
    )

    assert is_in(client)
    assert not is_in(other)


@pytest.mark.parametrize("what", ["deactivate", "password", "edit"])
def test_what_an_admin_changes_signs_a_person_out(app, client, ada, olga, what):
    sign_in(client, olga)
    fields = {"name": olga.name, "email": olga.email, "role": "viewer"}

    app.test_client().as_(ada).post(
        f"/users/{olga.id}/{what}", data=fields if what == "edit" else {}
    )

    assert not is_in(client)


def test_a_session_that_rests_half_an_hour_is_over(client, ada):
    client.as_(ada)
    moved(UserSession, seen_at=now() - timedelta(minutes=29))
    in_time = is_in(client)
    moved(UserSession, seen_at=now() - timedelta(minutes=31))

    assert in_time
    assert not is_in(client)


def test_a_visit_keeps_a_session_alive(client, ada):
    client.as_(ada)
    moved(UserSession, seen_at=now() - timedelta(minutes=29))

    is_in(client)

    assert now() - only_session(ada).seen_at < timedelta(minutes=1)


def test_no_session_lives_longer_than_twelve_hours(client, ada):
    client.as_(ada)
    moved(UserSession, created_at=now() - timedelta(hours=12, minutes=1))

    assert not is_in(client)


def test_everybody_sees_where_they_are_signed_in(app, client, ada, olga):
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    sign_in(app.test_client(), olga)
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = firefox
    sign_in(other, ada)
    sign_in(client, ada)

    page = client.get("/profile/").text

    assert "Firefox on Linux" in page
    assert page.count("This session") == 1
    assert page.count("/end&#34;") + page.count('/end"') == 1  # the other one


def test_one_ends_another_session_of_ones_own(app, client, ada):
    other = app.test_client()
    sign_in(other, ada)
    victim = only_session(ada)
    client.as_(ada)

    response = client.post(f"/profile/sessions/{victim.id}/end")

    assert response.location == "/profile/"
    assert is_in(client)
    assert not is_in(other)
    assert latest_audit().action == "session.end"


def test_one_ends_all_others_at_once(app, client, ada):
    others = [app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other, ada)
    sign_in(client, ada)

    client.post("/profile/sessions/end-others")

    assert [is_in(each) for each in (*others, client)] == [False, False, True]


def test_nobody_ends_the_session_of_another(app, client, olga, mallory):
    client.as_(olga)
    session = only_session(olga)

    response = (
        app.test_client().as_(mallory).post(f"/profile/sessions/{session.id}/end")
    )

    assert response.status_code == 404
    assert is_in(client)


def test_an_auditor_ends_no_session_but_their_own(app, client, olga, eve):
    client.as_(olga)

    url = f"/profile/sessions/{only_session(olga).id}/end"

    assert app.test_client().as_(eve).post(url).status_code == 404
    assert is_in(client)


def test_an_admin_ends_the_session_of_anyone(app, client, olga, ada):
    client.as_(olga)
    session = only_session(olga)

    response = app.test_client().as_(ada).post(f"/profile/sessions/{session.id}/end")

    assert response.location == f"/users/{olga.id}?tab=sessions"
    assert not is_in(client)


def test_signing_in_anew_ends_the_session_of_before(app, client, ada, olga):
    sign_in(client, ada)
    thief = stolen(app, client)

    sign_in(client, olga)

    assert not is_in(thief)
    assert only_session(ada) is None
    assert olga.email in client.get("/profile/").text


def test_signing_in_sweeps_away_what_is_long_over(app, client, ada):
    sign_in(client, ada)
    moved(UserSession, seen_at=now() - timedelta(days=3))

    sign_in(app.test_client(), ada)

    assert len(db.session.scalars(select(UserSession)).all()) == 1
