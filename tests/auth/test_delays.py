from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.users.models import SignInDelay
from dashboard.users.models.delay import wait_after
from tests.auth.browsing import is_in, moved, sign_in
from tests.factories import PASSWORD, make_user


def fail(client, user, times=5, **over):
    return [
        sign_in(client, user, password="wrong", **over).status_code
        for _ in range(times)
    ]


def wait_over():
    moved(SignInDelay, until=now() - timedelta(seconds=1))


def test_after_five_failures_the_right_password_must_wait(client, ada):
    assert fail(client, ada) == [422] * 5

    page = sign_in(client, ada)

    assert page.status_code == 429
    assert "Too many tries. Wait until" in page.text
    assert ada.email in page.text
    assert not is_in(client)


def test_after_the_wait_the_right_password_opens(client, ada):
    fail(client, ada)
    wait_over()

    assert sign_in(client, ada).location == "/"


def test_four_failures_and_then_the_right_password_open(client, ada):
    fail(client, ada, times=4)

    assert sign_in(client, ada).location == "/"


def test_a_success_starts_the_count_of_the_account_anew(app, client, ada):
    fail(client, ada, times=4)
    sign_in(client, ada)
    moved(SignInDelay, failures=0)  # the address has its own count

    assert fail(app.test_client(), ada, times=4) == [422] * 4
    assert sign_in(app.test_client(), ada).location == "/"


def test_an_unknown_account_must_wait_just_the_same(client, ada):
    fail(client, ada, email="nobody@example.org")

    page = sign_in(client, ada, email="nobody@example.org")

    assert page.status_code == 429


def test_an_address_that_tries_many_accounts_must_wait(client, ada):
    for number in range(5):
        fail(client, ada, times=1, email=f"somebody{number}@example.org")

    assert sign_in(client, ada).status_code == 429


def test_an_account_attacked_from_many_addresses_must_wait(app, ada):
    for number in range(5):
        attacker = app.test_client()
        attacker.environ_base["REMOTE_ADDR"] = f"192.0.2.{number}"
        fail(attacker, ada, times=1)
    owner = app.test_client()
    owner.environ_base["REMOTE_ADDR"] = "198.51.100.1"

    assert sign_in(owner, ada).status_code == 429


def test_trying_while_one_must_wait_does_not_lengthen_the_wait(client, ada):
    fail(client, ada)
    until = db.session.scalars(select(SignInDelay.until)).all()

    fail(client, ada, times=3)

    assert db.session.scalars(select(SignInDelay.until)).all() == until


def test_a_flood_while_one_must_wait_is_written_down_once(client, ada):
    fail(client, ada)
    before = db.session.scalar(select(func.count(AuditEntry.id)))

    fail(client, ada, times=4)

    assert db.session.scalar(select(func.count(AuditEntry.id))) == before + 1


def test_a_count_that_rested_an_hour_starts_again(client, ada):
    fail(client, ada, times=4)
    moved(SignInDelay, failed_at=now() - timedelta(minutes=61))

    assert fail(client, ada, times=4) == [422] * 4
    assert sign_in(client, ada).location == "/"


def test_counts_a_day_old_are_swept_away(client, ada):
    fail(client, ada, times=1, email="nobody@example.org")
    moved(SignInDelay, failed_at=now() - timedelta(days=2))

    sign_in(client, ada)

    keys = db.session.scalars(select(SignInDelay.key)).all()
    assert "name:nobody@example.org" not in keys


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(0, 0), (4, 0), (5, 30), (6, 60), (7, 120), (9, 480), (10, 900), (5000, 900)],
)
def test_the_wait_doubles_up_to_a_quarter_of_an_hour(failures, seconds):
    assert wait_after(failures) == timedelta(seconds=seconds)


def test_many_tries_at_once_are_not_all_free(app, real_database):
    make_user("Ada", email="ada@example.org")
    wrong = {"email": "ada@example.org", "password": "wrong"}
    statuses = []

    def attack():
        with app.app_context():
            answer = app.test_client().post("/login", data=wrong)
        statuses.append(answer.status_code)

    threads = [Thread(target=attack) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [422] * 5 + [429] * 7


def test_the_api_waits_by_the_same_count(api, ada):
    given = {"email": ada.email, "password": "wrong"}

    statuses = [api.post("/api/v1/auth/login", json=given).status_code for _ in "12345"]
    refused = api.post("/api/v1/auth/login", json=given | {"password": PASSWORD})

    assert statuses == [401] * 5
    assert refused.status_code == 429
    assert refused.mimetype == "application/problem+json"
    assert "Wait until" in refused.json["detail"]
