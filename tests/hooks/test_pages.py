"""Hooks as pages: made, shown, switched, replaced, revoked."""

import re

import pytest
from sqlalchemy import select

from dashboard.bots.models import BotStatus, RunPolicy
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.hooks.models import Hook
from dashboard.sealing import unseal
from tests.factories import latest_audit, make_bot
from tests.hooks.stage import SECRET, call, make_hook, runs, signed


def open_bot(owner, **over):
    return make_bot(owner, run_policy=RunPolicy.OWNER, **over)


def secret_in(page):
    return re.search(r'id="shown-once"[^>]*>(whsec_[^<]+)<', page.text)[1]


def test_an_owner_makes_a_hook_and_sees_its_secret_once(client, uma):
    bot = open_bot(uma, name="Nightly")
    client.as_(uma)

    made = client.post(f"/bots/{bot.id}/hooks/new", data={"name": "Deploys"})

    hook = db.session.scalar(select(Hook))
    secret = secret_in(made)
    assert made.status_code == 201
    assert f'data-copy="{secret}"' in made.text
    assert (hook.name, hook.owner_id, hook.bot_id) == ("Deploys", uma.id, bot.id)
    assert unseal(hook.sealed_secret, hook) == secret
    assert call(client, hook.id, headers=signed(secret=secret)).status_code == 202
    for url in (f"/hooks/{hook.id}", f"/bots/{bot.id}/hooks"):
        page = client.get(url).text
        assert "Deploys" in page
        assert secret not in page
        assert hook.sealed_secret not in page


def test_the_trail_tells_of_a_hook_without_its_secret(client, uma):
    bot = open_bot(uma)

    client.as_(uma).post(f"/bots/{bot.id}/hooks/new", data={"name": "Deploys"})

    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("hook.write", "Deploys")
    assert entry.changes[f"hooks/{entry.subject_id}"]["sealed_secret"][1] == "[secret]"


def test_a_hook_without_a_name_is_asked_for_one(client, uma):
    answer = client.as_(uma).post(
        f"/bots/{open_bot(uma).id}/hooks/new", data={"name": "x"}
    )

    assert answer.status_code == 422
    assert "Use at least 2 characters." in answer.text
    assert 'value="x"' in answer.text


def test_a_bot_that_needs_a_vote_can_have_none(client, uma):
    url = f"/bots/{make_bot(uma).id}/hooks/new"

    page = client.as_(uma).get(url)
    answer = client.post(url, data={"name": "Deploys"})

    assert "only after a council" in page.text
    assert 'name="name"' not in page.text
    assert answer.status_code == 409
    assert db.session.scalar(select(Hook)) is None


def test_the_page_says_what_would_refuse_a_call(client, uma):
    hook = make_hook(uma)
    client.as_(uma)

    hook.bot.run_policy = RunPolicy.NOBODY
    voted = client.get(f"/hooks/{hook.id}").text
    hook.bot.run_policy, hook.bot.status = RunPolicy.OWNER, BotStatus.INACTIVE
    off = client.get(f"/hooks/{hook.id}").text

    assert "only after a council" in voted
    assert "is switched off: calls are refused" in off


def test_a_hook_is_switched_off_and_on(client, uma):
    hook = make_hook(uma)
    client.as_(uma)

    client.post(f"/hooks/{hook.id}/off")
    refused = call(client, hook.id)
    client.post(f"/hooks/{hook.id}/on")
    accepted = call(client, hook.id)

    assert (refused.status_code, accepted.status_code) == (401, 202)


def test_another_secret_ends_the_old_one(client, uma):
    hook = make_hook(uma)
    page = client.as_(uma).get(f"/hooks/{hook.id}").text

    secret = secret_in(client.post(f"/hooks/{hook.id}/secret"))

    assert 'data-confirm="Replace the secret?"' in page
    assert secret != SECRET
    assert call(client, hook.id).status_code == 401
    assert call(client, hook.id, headers=signed(secret=secret)).status_code == 202


def test_a_revoked_hook_is_over_for_good(client, uma):
    hook = make_hook(uma)
    client.as_(uma)
    page = client.get(f"/hooks/{hook.id}").text

    gone = client.post(f"/hooks/{hook.id}/revoke")
    after = client.get(gone.location).text
    again = [
        client.post(f"/hooks/{hook.id}/{verb}").status_code
        for verb in ("on", "secret", "revoke")
    ]

    assert 'data-confirm="Revoke this webhook?"' in page
    assert "Revoked" in after
    assert f"/hooks/{hook.id}/on" not in after
    assert again == [409, 409, 409]
    assert call(client, hook.id).status_code == 401


def test_the_page_shows_where_to_call_and_what_came(client, uma):
    hook = make_hook(uma)
    run = call(client, hook.id).json["run"]

    page = client.as_(uma).get(f"/hooks/{hook.id}").text

    assert f"/hooks/in/{hook.id}" in page
    assert "webhook-signature: v1," in page
    assert f'href="/runs/{run}"' in page
    assert "msg_1" in page


def test_an_empty_tab_says_what_would_stand_there(client, uma, eve):
    bot = open_bot(uma)

    owners = client.as_(uma).get(f"/bots/{bot.id}/hooks").text
    viewers = client.as_(eve).get(f"/bots/{bot.id}/hooks").text

    assert "No program starts this bot" in owners
    assert "New incoming webhook" in owners
    assert "New incoming webhook" not in viewers


def test_a_stranger_finds_nothing_and_who_may_not_changes_nothing(
    client, uma, mallory, eve, olga
):
    hook = make_hook(uma)
    pages = [f"/bots/{hook.bot_id}/hooks", f"/hooks/{hook.id}"]
    new = f"/bots/{hook.bot_id}/hooks/new"
    verbs = [f"/hooks/{hook.id}/{verb}" for verb in ("on", "off", "secret", "revoke")]

    client.as_(mallory)
    assert [client.get(url).status_code for url in [*pages, new]] == [404] * 3
    assert [client.post(url).status_code for url in [*verbs, new]] == [404] * 5
    for reader in (eve, olga):
        client.as_(reader)
        assert [client.get(url).status_code for url in pages] == [200, 200]
        assert client.get(new).status_code == 403
        posted = [client.post(url, data={"name": "Mine"}) for url in [*verbs, new]]
        assert [each.status_code for each in posted] == [403] * 5
    assert call(client, hook.id).status_code == 202


def test_who_may_no_longer_run_the_bot_starts_nothing_by_a_hook(client, uma, otto):
    hook = make_hook(uma)
    hook.bot.owner_id = otto.id

    answer = call(client, hook.id)

    assert (answer.status_code, answer.json["code"]) == (409, "needs_vote")
    assert runs() == 0


@pytest.mark.parametrize("size", [1, 8])
def test_the_pages_cost_the_same_however_many_there_are(client, uma, statements, size):
    bot = open_bot(uma)
    for n in range(size):
        hook = make_hook(uma, bot, revoked_at=now() if n % 3 == 1 else None)
    for n in range(size):
        call(client, hook.id, headers=signed(message=f"msg_{n}"))
    tab, one = f"/bots/{bot.id}/hooks", f"/hooks/{hook.id}"
    client.as_(uma)

    statements.clear()
    client.get(tab)
    assert len(statements) == 3, "\n".join(statements)  # session, bot, list with total

    statements.clear()
    client.get(one)
    assert len(statements) == 4, "\n".join(statements)  # and what happened to it
