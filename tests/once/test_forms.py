"""A form that is sent twice: a double click, a reload, the way back."""

import pytest
from sqlalchemy import select

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.once import Submission
from dashboard.repeats import KEPT, prune_old
from tests.factories import latest_audit, make_bot
from tests.once.stage import KINDS, done, form_on, kinds
from tests.populated import populate

NEW = "/bots/new"
SENT = "This was already sent; here it is."


@pytest.mark.parametrize("kind", KINDS)
def test_each_form_sent_twice_is_done_once(client, ada, olga, kind):
    page, action, typed = kinds(populate(ada, olga))[kind]
    filled = form_on(client.as_(ada), page, action) | typed
    before = done()

    first = client.post(action or page, data=filled)
    once = done()
    again = client.post(action or page, data=filled)

    assert first.status_code in {200, 201, 303}, first.text
    assert once > before
    assert again.status_code == 303
    if first.location:
        assert again.location == first.location
    assert SENT in client.get(again.location).text
    assert done() == once


def test_a_script_is_led_to_the_same_place(client, ada):
    filled = form_on(client.as_(ada), NEW) | {"name": "Second"}
    script = {"X-Partial": "1"}

    first = client.post(NEW, data=filled, headers=script)
    again = client.post(NEW, data=filled, headers=script)

    assert (first.status_code, again.status_code) == (204, 204)
    assert first.headers["X-Location"] == again.headers["X-Location"]


def test_what_was_refused_keeps_its_key_and_may_be_sent_again(client, ada):
    make_bot(ada, name="Taken")
    filled = form_on(client.as_(ada), NEW)

    refused = client.post(NEW, data=filled | {"name": "Taken"})
    kept = client.post(NEW, data=filled | {"name": "Taken"})
    saved = client.post(NEW, data=filled | {"name": "Free"})

    assert f'value="{filled["once"]}"' in refused.text
    assert (refused.status_code, kept.status_code) == (422, 422)
    assert saved.status_code == 303


def test_a_refusal_by_a_rule_takes_no_key(client, ada):
    freeze = Freeze(scope="all", target="all", reason="Odd", frozen_by_id=ada.id)
    db.session.add(freeze)
    page = f"/bots/{make_bot(ada, run_policy='owner').id}/run"
    filled = form_on(client.as_(ada), page)

    refused = client.post(page, data=filled)
    db.session.delete(freeze)
    started = client.post(page, data=filled)

    assert (refused.status_code, started.status_code) == (409, 303)
    assert SENT not in client.get(started.location).text


def test_other_words_in_the_same_form_are_another_wish(client, ada):
    filled = form_on(client.as_(ada), NEW)

    client.post(NEW, data=filled | {"name": "First"})
    client.post(NEW, data=filled | {"name": "Second"})

    assert set(db.session.scalars(select(Bot.name))) == {"First", "Second"}


def test_each_page_brings_a_key_of_its_own(client, ada):
    client.as_(ada)

    keys = {form_on(client, NEW)["once"] for _ in range(3)}

    assert len(keys) == 3
    assert all(len(key) >= 20 for key in keys)


def test_a_key_is_worth_nothing_in_somebody_elses_hands(app, client, ada, olga):
    filled = form_on(client.as_(ada), NEW)
    client.post(NEW, data=filled | {"name": "First"})

    other = app.test_client().as_(olga).post(NEW, data=filled | {"name": "First"})

    assert other.status_code == 422
    assert "Another bot has this name." in other.text


def test_an_answer_that_was_lost_leads_to_what_was_made(client, ada, monkeypatch):
    monkeypatch.setattr("dashboard.repeats.PATIENCE", 0.1)
    filled = form_on(client.as_(ada), NEW) | {"name": "Second"}
    first = client.post(NEW, data=filled)
    stored = db.session.scalar(select(Submission))
    stored.status, stored.location = None, ""

    again = client.post(NEW, data=filled)

    assert again.location == first.location


def test_nothing_that_was_typed_is_kept(client, ada):
    filled = form_on(client.as_(ada), "/users/new")
    person = {"name": "Nina", "email": "nina@example.org", "username": "nina"}
    client.post("/users/new", data=filled | person | {"password": "xylophone 1234"})

    stored = db.session.scalar(select(Submission))
    assert stored.sealed_body is None
    assert "nina" not in str(vars(stored))


def test_a_save_costs_four_statements_more_for_its_key(client, ada, statements):
    page = f"/bots/{make_bot(ada).id}/edit"
    plain = form_on(client.as_(ada), page) | {"description": "Changed"}
    keyed = plain | {"description": "Changed again"}
    del plain["once"]

    statements.clear()
    client.post(page, data=plain)
    without = len(statements)
    statements.clear()
    client.post(page, data=keyed)

    assert len(statements) - without == 4  # look, take, point, keep


def test_two_editors_of_one_bot_meet(app, client, ada, olga):
    bot = make_bot(ada)
    page = f"/bots/{bot.id}/versions/new"
    hers = form_on(client.as_(ada), page) | {"message": "Hers"}
    other = app.test_client().as_(ada)
    his = form_on(other, page) | {"message": "His"}

    saved = client.post(page, data=hers | {"code": hers["code"] + "# hers"})
    refused = other.post(page, data=his | {"code": his["code"] + "# his"})

    assert (saved.status_code, refused.status_code) == (303, 422)
    assert "Version 2 was saved meanwhile." in refused.text
    assert "# his" in refused.text
    assert len(db.session.scalars(select(BotVersion)).all()) == 2
    assert latest_audit().detail["version"] == 2


def test_old_keys_are_forgotten(client, ada):
    for name in ("First", "Second"):
        client.as_(ada).post(NEW, data=form_on(client, NEW) | {"name": name})
    stored = db.session.scalars(select(Submission)).all()
    stored[0].created_at -= KEPT
    db.session.commit()

    prune_old()

    assert db.session.scalars(select(Submission.id)).all() == [stored[1].id]
