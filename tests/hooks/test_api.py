"""Hooks as JSON."""

import pytest

from dashboard.bots.models import RunPolicy
from dashboard.permissions import Permission
from tests.factories import make_bot
from tests.hooks.stage import SECRET, call, make_hook, signed

URL = "/api/v1/hooks"
NOBODY = "019a0000-0000-7000-8000-000000000000"


def test_a_program_makes_a_hook_and_calls_it(api, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    api.with_key(uma)

    made = api.post(URL, json={"bot_id": str(bot.id), "name": "Deploys"})
    shown = api.get(made.headers["Location"])
    secret, url = made.json["secret"], made.json["url"]
    called = call(api, url.rpartition("/")[2], headers=signed(secret=secret))

    assert made.status_code == 201
    assert url.endswith(f"/hooks/in/{made.json['id']}")
    assert secret.startswith("whsec_")
    assert "secret" not in shown.json
    assert (shown.json["name"], shown.json["owner_name"]) == ("Deploys", "Uma")
    assert called.status_code == 202
    [told] = api.get(f"{URL}/{made.json['id']}/calls").json["items"]
    assert (told["run_id"], told["message_id"]) == (called.json["run"], "msg_1")


def test_the_list_is_narrowed_to_a_bot(api, uma):
    first, second = make_hook(uma), make_hook(uma)
    api.with_key(uma)

    def ids(**query):
        return [row["id"] for row in api.get(URL, query_string=query).json["items"]]

    assert sorted(ids()) == sorted([str(first.id), str(second.id)])
    assert ids(bot_id=str(second.bot_id)) == [str(second.id)]


def test_a_hook_is_switched_replaced_and_revoked(api, uma):
    hook = make_hook(uma)
    url = f"{URL}/{hook.id}"
    api.with_key(uma)

    off = api.patch(url, json={"is_on": False})
    on = api.patch(url, json={"is_on": True})
    fresh = api.post(f"{url}/secret")
    gone = api.delete(url)
    again = api.delete(url)

    assert (off.json["is_on"], on.json["is_on"]) == (False, True)
    assert fresh.json["secret"] not in {SECRET, ""}
    assert (gone.status_code, again.status_code) == (204, 409)
    assert api.get(url).json["revoked_at"] is not None


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"name": "x"}, "/name"),
        ({"bot_id": NOBODY}, "/bot_id"),
        ({"bot_id": "one"}, "/bot_id"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_is_not_well_asked_is_refused(api, uma, over, pointer):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    body = {"bot_id": str(bot.id), "name": "Deploys"} | over

    answer = api.with_key(uma).post(URL, json=body)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_bot_that_needs_a_vote_can_have_none(api, uma):
    body = {"bot_id": str(make_bot(uma).id), "name": "Deploys"}

    answer = api.with_key(uma).post(URL, json=body)

    assert (answer.status_code, answer.json["code"]) == (409, "needs_vote")


def test_a_stranger_finds_nothing_and_a_reader_changes_nothing(
    app, api, uma, mallory, eve
):
    hook = make_hook(uma)
    url = f"{URL}/{hook.id}"
    stranger = api.with_key(mallory)

    assert stranger.get(url).status_code == 404
    assert stranger.get(f"{url}/calls").status_code == 404
    assert stranger.get(URL).json["items"] == []
    assert stranger.delete(url).status_code == 404
    body = {"bot_id": str(hook.bot_id), "name": "Mine"}
    assert stranger.post(URL, json=body).status_code == 422

    reader = app.test_client().with_key(eve)
    assert reader.get(url).status_code == 200
    assert reader.patch(url, json={"is_on": False}).status_code == 403
    assert reader.post(f"{url}/secret").status_code == 403


def test_a_key_without_the_scope_makes_nothing(api, uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)
    api.with_key(uma, scopes=[Permission.HOOK_READ])

    answer = api.post(URL, json={"bot_id": str(bot.id), "name": "Deploys"})

    assert answer.status_code == 403
