"""A key that makes a call harmless to repeat is no key to anybody's answer."""

import pytest
import sqlalchemy as sa

from dashboard.audit import AuditEntry
from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.once import Submission
from dashboard.permissions import Permission, Role
from tests.factories import ECHO, make_bot

KEY = {"Idempotency-Key": "the-first"}
BOTS = "/api/v1/bots"
BODY = {"name": "Nightly", "code": ECHO}


def hook_made(api, person, **over):
    bot = make_bot(person, run_policy=RunPolicy.OWNER)
    body = {"bot_id": str(bot.id), "name": "Deploys"}
    made = api.with_key(person, **over).post("/api/v1/hooks", json=body, headers=KEY)
    assert made.status_code == 201
    return body, made.json["secret"]


def test_a_foreign_key_with_the_very_same_call_tells_nothing(app, api, uma, ada):
    """An admin may make the hook too, and gets one of their own."""
    body, secret = hook_made(api, uma)

    answer = (
        app.test_client().with_key(ada).post("/api/v1/hooks", json=body, headers=KEY)
    )

    assert answer.status_code == 201
    assert answer.json["secret"] != secret
    assert "Idempotent-Replayed" not in answer.headers


def as_viewer(person):
    person.role = Role.VIEWER


def deactivated(person):
    person.is_active = False


@pytest.mark.parametrize(("change", "status"), [(as_viewer, 403), (deactivated, 401)])
def test_who_may_not_any_more_is_not_told_again(api, uma, change, status):
    body, secret = hook_made(api, uma)
    change(uma)
    db.session.commit()

    again = api.post("/api/v1/hooks", json=body, headers=KEY)

    assert again.status_code == status
    assert secret not in again.text


def test_a_key_without_the_scope_is_not_told_a_secret(app, api, uma):
    body, secret = hook_made(api, uma)
    others = sorted(set(Permission) - {Permission.HOOK_WRITE})

    again = app.test_client().with_key(uma, scopes=others)
    answer = again.post("/api/v1/hooks", json=body, headers=KEY)

    assert answer.status_code == 403
    assert secret not in answer.text


def test_what_is_kept_of_an_answer_names_no_secret(api, uma, database):
    _, secret = hook_made(api, uma)

    tables = (Submission.__table__, AuditEntry.__table__)
    stored = str([database.execute(sa.select(table)).all() for table in tables])

    assert secret.removeprefix("whsec_") not in stored


def test_an_answer_moved_to_another_call_is_not_read(app, api, uma, mallory):
    """Who can write to the database still cannot have a secret told to them."""
    _, secret = hook_made(api, uma)
    theirs = db.session.scalar(sa.select(Submission.sealed_body))
    client = app.test_client().with_key(mallory)
    client.post(BOTS, json=BODY, headers=KEY)
    own = db.session.scalars(sa.select(Submission).filter_by(actor_id=mallory.id)).one()
    own.sealed_body = theirs
    db.session.commit()

    answer = client.post(BOTS, json=BODY, headers=KEY)

    assert (answer.status_code, answer.json["code"]) == (409, "answer_lost")
    assert secret not in answer.text


def test_a_form_is_led_on_only_for_whoever_sent_it(app, client, ada, uma):
    form = {"once": "abc", "name": "Nightly", "code": ECHO, "config": "{}"}
    form |= {"message": "First", "run_policy": "nobody"}
    first = client.as_(ada).post("/bots/new", data=form)
    assert first.status_code == 303

    other = app.test_client()
    strangers = other.post("/bots/new", data=form)
    umas = other.as_(uma).post("/bots/new", data=form)

    assert "/login" in strangers.location
    assert umas.status_code == 422  # the name is taken, and where it is is not said
    assert first.location not in umas.text


def test_a_key_of_a_form_is_none_of_a_call(api, ada):
    """The two spell their keys apart: nobody takes the one with the other."""
    form = {"Idempotency-Key": f"form:{ada.id}:{'0' * 20}"}

    assert api.with_key(ada).post(BOTS, json=BODY, headers=form).status_code == 201
    assert db.session.scalar(sa.select(Submission.key)).startswith(f"api:{ada.id}:")
