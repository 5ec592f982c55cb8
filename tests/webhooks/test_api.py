"""Webhooks as JSON."""

import pytest

from dashboard.permissions import Permission
from dashboard.sealing import unseal
from dashboard.webhooks.models import DeliveryStatus
from tests.factories import latest_audit
from tests.webhooks.stage import leave, make_endpoint, messages

URL = "/api/v1/webhooks"
BODY = {
    "name": "Chat room",
    "url": "https://93.184.216.34/hook",
    "events": ["run.ended"],
}


def test_an_endpoint_from_its_first_day_to_its_last(api, ada):
    api.with_key(ada)

    made = api.post(URL, json=BODY)
    there = made.headers["Location"]
    shown = api.get(there).json
    changed = api.patch(there, json={"events": ["run.ended", "workflow.opened"]})
    off, on = api.post(f"{there}/off"), api.post(f"{there}/on")
    replaced = api.post(f"{there}/secret")
    gone = api.delete(there)

    assert made.status_code == 201
    assert made.json["secret"].startswith("whsec_")
    assert "secret" not in shown
    assert changed.json["events"] == ["workflow.opened", "run.ended"]
    assert changed.json["name"] == "Chat room"
    assert (off.json["is_on"], on.json["is_on"]) == (False, True)
    assert replaced.json["secret"] not in {"", made.json["secret"]}
    assert gone.status_code == 204
    assert api.get(there).status_code == 404
    assert latest_audit().detail == {"verb": "delete"}


def test_the_new_secret_is_the_one_that_signs(api, ada):
    endpoint = make_endpoint(ada)

    answer = api.with_key(ada).post(f"{URL}/{endpoint.id}/secret")

    assert unseal(endpoint.sealed_secret, endpoint) == answer.json["secret"]


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({"name": "x"}, "/name"),
        ({"url": "http://93.184.216.34/"}, "/url"),
        ({"url": "https://169.254.169.254/latest"}, "/url"),
        ({"events": []}, "/events"),
        ({"events": ["webhook.test"]}, "/events"),
        ({"secret": "mine"}, "/secret"),
    ],
)
def test_what_is_not_well_asked_is_refused(api, ada, over, pointer):
    api.with_key(ada)
    endpoint = make_endpoint(ada)

    made = api.post(URL, json=BODY | over)
    changed = api.patch(f"{URL}/{endpoint.id}", json=over)

    for answer in (made, changed):
        assert answer.status_code == 422
        assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_messages_are_listed_read_and_sent_again(api, ada):
    endpoint = make_endpoint(ada)
    first, second = leave(endpoint, 2)
    first.status = DeliveryStatus.FAILED
    api.with_key(ada)
    here = f"{URL}/{endpoint.id}/deliveries"

    rows = api.get(here).json["items"]
    failed = api.get(f"{here}?status=failed").json["items"]
    one = api.get(f"{here}/{first.id}").json
    again = api.post(f"{here}/{first.id}/again")

    assert [row["id"] for row in rows] == [str(second.id), str(first.id)]
    assert [row["id"] for row in failed] == [str(first.id)]
    assert one["payload"]["data"] == {"n": 0}
    assert (again.status_code, again.json["status"]) == (202, "pending")


def test_a_test_is_left_for_the_sender(api, ada):
    endpoint = make_endpoint(ada)

    answer = api.with_key(ada).post(f"{URL}/{endpoint.id}/test")

    [message] = messages()
    assert (answer.status_code, answer.json["id"]) == (202, str(message.id))
    assert answer.json["event"] == "webhook.test"


def test_what_is_off_is_not_tested_and_what_is_on_not_switched_on(api, ada):
    off, on = make_endpoint(ada, is_on=False), make_endpoint(ada)
    api.with_key(ada)

    assert api.post(f"{URL}/{off.id}/test").status_code == 409
    assert api.post(f"{URL}/{on.id}/on").status_code == 409


def test_the_list_is_paged_and_filtered(api, ada):
    made = [make_endpoint(ada, is_on=n != 1) for n in range(3)]
    api.with_key(ada)

    first = api.get(f"{URL}?limit=2").json
    rest = api.get(f"{URL}?limit=2&after={first['next']}").json
    off = api.get(f"{URL}?is_on=false").json

    assert first["total"] == 3
    assert len(rest["items"]) == 1
    assert [row["id"] for row in off["items"]] == [str(made[1].id)]


def test_who_does_not_run_the_place_gets_nothing(app, database, ada, olga, eve):
    endpoint = make_endpoint(ada)
    [message] = leave(endpoint)
    viewer = app.test_client().with_key(eve)
    stranger = app.test_client().with_key(olga)
    narrow = app.test_client().with_key(ada, scopes=[Permission.WEBHOOK_READ])
    one = f"{URL}/{endpoint.id}"

    for path in ("", f"/{endpoint.id}", f"/{endpoint.id}/deliveries/{message.id}"):
        assert viewer.get(URL + path).status_code == 200
        assert narrow.get(URL + path).status_code == 200
        assert stranger.get(URL + path).status_code == 403
    for nobody in (viewer, stranger, narrow):
        assert nobody.post(URL, json=BODY).status_code == 403
        assert nobody.patch(one, json={"name": "Mine"}).status_code == 403
        assert nobody.delete(one).status_code == 403
        for verb in ("on", "off", "secret", "test", f"deliveries/{message.id}/again"):
            assert nobody.post(f"{one}/{verb}").status_code == 403


def test_what_is_not_there_is_not_found(api, ada):
    one, other = make_endpoint(ada), make_endpoint(ada)
    [message] = leave(one)
    api.with_key(ada)

    assert api.get(f"{URL}/{message.id}").status_code == 404
    assert api.get(f"{URL}/{message.id}/deliveries").status_code == 404
    assert api.get(f"{URL}/{other.id}/deliveries/{message.id}").status_code == 404
