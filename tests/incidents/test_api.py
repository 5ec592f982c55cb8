"""Incidents as JSON."""

from uuid import uuid4

import pytest

from tests.factories import make_bot
from tests.incidents.stage import quarantined, switched_off
from tests.runs.stage import again

URL = "/api/v1/incidents"


@pytest.fixture
def bot(uma):
    return make_bot(uma, name="Sync CRM")


@pytest.fixture
def incident(bot):
    return quarantined(bot)


def test_a_program_reads_what_the_page_shows(api, uma, bot, incident):
    listed = api.with_key(uma).get(URL).json["items"]
    one = api.get(f"{URL}/{incident.id}").json

    assert listed == [one]
    assert one["kind"] == "quarantine"
    assert (one["state"], one["bot_name"]) == ("open", "Sync CRM")
    assert one["run_id"] == str(incident.run_id)


def test_the_run_is_named_to_those_alone_who_may_see_it(api, uma, otto, incident):
    of_owner = api.with_key(uma).get(f"{URL}/{incident.id}").json
    of_judge = api.with_key(otto).get(f"{URL}/{incident.id}").json

    assert of_owner["run_id"] == str(incident.run_id)
    assert of_judge == of_owner | {"run_id": None}
    assert api.get(f"/api/v1/runs/{incident.run_id}").status_code == 404


def test_a_program_acknowledges_and_releases(api, uma, bot, incident):
    api.with_key(uma)

    seen = api.post(f"{URL}/{incident.id}/acknowledge", json={"note": "On it"})
    over = api.post(f"{URL}/{incident.id}/release", json={"note": "Key renewed"})

    assert (seen.status_code, seen.json["state"]) == (200, "acknowledged")
    assert (over.status_code, over.json["state"]) == (200, "resolved")
    assert over.json["note"] == "On it"
    assert not again(bot).is_quarantined


def test_several_at_once_name_who_was_left_out(api, ada, uma, incident):
    other = quarantined(make_bot(ada))
    api.with_key(uma).post(f"{URL}/{incident.id}/acknowledge", json={})
    ids = [str(incident.id), str(other.id)]

    answer = api.with_key(ada).post(f"{URL}/acknowledge", json={"ids": ids})

    assert answer.json["acknowledged"] == [str(other.id)]
    left_out = answer.json["left_out"]
    assert [each["id"] for each in left_out] == [str(incident.id)]
    assert "already" in left_out[0]["why"]


def test_an_endpoint_is_switched_on_where_it_stands(api, ada):
    incident = switched_off(ada)

    answer = api.with_key(ada).post(
        f"{URL}/{incident.id}/release", json={"note": "Again"}
    )

    assert answer.status_code == 409
    assert "Switch the endpoint on instead." in answer.json["detail"]


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("release", {}, "/note"),
        ("release", {"note": "x"}, "/note"),
        ("acknowledge", {"note": "n" * 501}, "/note"),
        ("acknowledge", {"more": 1}, "/more"),
    ],
)
def test_what_is_not_well_formed_is_refused(api, uma, incident, path, body, pointer):
    answer = api.with_key(uma).post(f"{URL}/{incident.id}/{path}", json=body)

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == pointer


def test_strangers_find_nothing_and_viewers_change_nothing(api, eve, mallory, incident):
    api.with_key(mallory)
    assert api.get(URL).json["items"] == []
    for path in ("acknowledge", "release"):
        body = {"note": "Mine now"}
        url = f"{URL}/{incident.id}/{path}"
        assert api.with_key(mallory).post(url, json=body).status_code == 404
        assert api.with_key(eve).post(url, json=body).status_code == 403
    assert api.get(f"{URL}/{uuid4()}").status_code == 404
    assert again(incident).acknowledged_at is None


def test_who_sees_the_bot_but_does_not_own_it_may_not(api, otto, incident):
    api.with_key(otto)

    for path in ("acknowledge", "release"):
        url = f"{URL}/{incident.id}/{path}"
        assert api.post(url, json={"note": "Mine now"}).status_code == 403
