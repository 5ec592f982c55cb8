"""Webhooks as pages: made, looked at, switched, tested, deleted."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.sealing import unseal
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint, Event
from tests.factories import latest_audit, stored
from tests.webhooks.stage import leave, make_endpoint, messages

NEW = "/webhooks/new"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")
FILLED = {
    "name": "Chat room",
    "url": "https://93.184.216.34/hook",
    "events": ["run.ended", "workflow.decided"],
}


def test_an_endpoint_is_made_and_its_secret_shown_once(client, ada):
    client.as_(ada)

    made = client.post(NEW, data=FILLED)

    [endpoint] = db.session.scalars(select(Endpoint)).all()
    assert made.status_code == 201
    secret = SECRET.search(made.text)[0]
    assert unseal(endpoint.sealed_secret, endpoint) == secret
    assert endpoint.events == ["workflow.decided", "run.ended"]
    shown = client.get(f"/webhooks/{endpoint.id}").text
    assert "whsec_" not in shown
    entry = latest_audit()
    assert (entry.action, entry.subject_name) == ("webhook.write", "Chat room")
    changes = entry.changes[f"webhook_endpoints/{endpoint.id}"]
    assert changes["sealed_secret"] == [None, "[secret]"]
    assert secret not in str(changes)


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"name": ""}, "Fill this in."),
        ({"events": []}, "Choose at least one event."),
        ({"events": ["webhook.test"]}, "A test is sent by hand"),
        ({"events": ["nonsense"]}, "Choose "),
        ({"url": "http://93.184.216.34/"}, "must begin with https://"),
        ({"url": "https://10.0.0.1/"}, "inside a network"),
        ({"url": "https://2130706433/"}, "four plain numbers"),
        ({"url": "https://localhost/"}, "inside a network"),
        ({"url": "https://a:b@93.184.216.34/"}, "before an @"),
        ({"url": "nonsense"}, "must begin with https://"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(client, ada, over, sentence):
    answer = client.as_(ada).post(NEW, data=FILLED | {"name": "Kept"} | over)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert ("Kept" in answer.text) == ("name" not in over)
    assert db.session.scalar(select(Endpoint)) is None


def test_an_address_that_leads_nowhere_yet_may_be_saved(client, ada):
    answer = client.as_(ada).post(
        NEW, data=FILLED | {"url": "https://not-yet.invalid/hook"}
    )

    assert answer.status_code == 201


def test_a_name_is_taken_once(client, ada):
    make_endpoint(ada, name="Chat room")

    answer = client.as_(ada).post(NEW, data=FILLED)

    assert answer.status_code == 422
    assert "Another endpoint has this name." in answer.text


def test_an_endpoint_is_changed(client, ada):
    endpoint = make_endpoint(ada, name="Chat room")
    url = f"/webhooks/{endpoint.id}/edit"
    client.as_(ada)

    page = client.get(url).text
    refused = client.post(url, data=FILLED | {"url": "https://127.0.0.1/"})
    saved = client.post(url, data=FILLED)

    assert 'value="Chat room"' in page
    assert page.count("checked") == 4
    assert refused.status_code == 422
    assert "https://127.0.0.1/" in refused.text
    assert saved.location == f"/webhooks/{endpoint.id}"
    assert endpoint.url == FILLED["url"]


def test_an_endpoint_is_switched_off_and_on(client, ada):
    endpoint = make_endpoint(ada)
    url = f"/webhooks/{endpoint.id}"
    client.as_(ada)

    client.post(f"{url}/off")
    assert not endpoint.is_on
    assert latest_audit().detail["verb"] == "switch_off"
    page = client.post(f"{url}/off", follow_redirects=True).text
    assert "off already" in page
    assert "Send a test" not in page

    client.post(f"{url}/on")
    assert endpoint.is_on


def test_switching_on_resolves_what_switched_it_off(client, ada):
    why = "It answered 410: it wants no more messages."
    endpoint = make_endpoint(ada, is_on=False, why_off=why, failures_in_row=20)
    incident = stored(
        Incident(kind=IncidentKind.ENDPOINT, endpoint_id=endpoint.id, summary=why)
    )
    client.as_(ada)

    page = client.get(f"/webhooks/{endpoint.id}").text
    client.post(f"/webhooks/{endpoint.id}/on")

    assert "Quorum switched it off. It answered 410" in page
    assert (endpoint.why_off, endpoint.failures_in_row) == ("", 0)
    assert incident.resolved_at


def test_the_secret_is_replaced_and_shown_once(client, ada):
    endpoint = make_endpoint(ada)
    before = endpoint.sealed_secret
    url = f"/webhooks/{endpoint.id}/secret"
    client.as_(ada)

    asked = client.get(url).text
    answer = client.post(url)

    assert "The old secret signs nothing" in asked
    assert answer.status_code == 201
    secret = SECRET.search(answer.text)[0]
    assert endpoint.sealed_secret != before
    assert unseal(endpoint.sealed_secret, endpoint) == secret
    assert secret not in str(latest_audit().changes)


def test_a_test_is_left_for_the_sender(client, ada):
    endpoint = make_endpoint(ada, events=[Event.RUN_ENDED])
    client.as_(ada)

    answer = client.post(f"/webhooks/{endpoint.id}/test")

    [message] = messages()
    assert answer.location == f"/webhooks/{endpoint.id}/deliveries/{message.id}"
    assert message.payload["type"] == "webhook.test"
    page = client.get(answer.location).text
    assert f'data-poll="{answer.location}"' in page
    assert endpoint.name in page


def test_nothing_is_sent_to_what_is_off(client, ada):
    endpoint = make_endpoint(ada, is_on=False)
    [message] = leave(endpoint)
    client.as_(ada)

    tested = client.post(f"/webhooks/{endpoint.id}/test", follow_redirects=True)
    again = client.post(f"/webhooks/{endpoint.id}/deliveries/{message.id}/again")

    assert "This endpoint is off. Switch it on first." in tested.text
    assert again.status_code == 303
    assert len(messages()) == 1


def test_a_message_is_sent_again_under_its_id(client, ada):
    endpoint = make_endpoint(ada)
    [message] = leave(endpoint, word="sugar")
    message.status, message.attempts = DeliveryStatus.FAILED, 12
    message.error, message.answer = "It answered 500.", 500
    db.session.commit()
    url = f"/webhooks/{endpoint.id}/deliveries/{message.id}"
    client.as_(ada)

    page = client.get(url).text
    client.post(f"{url}/again")

    assert "sugar" in page
    assert "It answered 500." in page
    assert "data-poll" not in page
    assert (message.status, message.attempts) == (DeliveryStatus.PENDING, 0)
    assert latest_audit().detail == {"verb": "send_again", "message": str(message.id)}


def test_what_is_on_its_way_is_not_sent_a_second_time(client, ada):
    endpoint = make_endpoint(ada)
    [message] = leave(endpoint)
    message.lease_until, message.attempts = now() + timedelta(days=365), 1
    db.session.commit()
    url = f"/webhooks/{endpoint.id}/deliveries/{message.id}/again"

    page = client.as_(ada).post(url, follow_redirects=True).text

    assert "being sent right now" in page
    assert message.attempts == 1


def test_an_endpoint_is_deleted_with_its_messages(client, ada):
    endpoint = make_endpoint(ada, name="Old room")
    leave(endpoint, 2)
    client.as_(ada)

    page = client.get(f"/webhooks/{endpoint.id}").text
    answer = client.post(f"/webhooks/{endpoint.id}/delete")

    assert 'data-confirm="Delete this endpoint?"' in page
    assert answer.location == "/webhooks/"
    assert db.session.scalar(select(Endpoint)) is None
    assert db.session.scalar(select(Delivery)) is None
    entry = latest_audit()
    assert (entry.subject_name, entry.detail) == ("Old room", {"verb": "delete"})


def test_the_list_and_the_messages_are_filtered(client, ada):
    chat = make_endpoint(ada, name="Chat room")
    make_endpoint(ada, name="Pager", is_on=False)
    first, second = leave(chat, 2)
    first.status = DeliveryStatus.DELIVERED
    db.session.commit()
    client.as_(ada)

    def main(url):
        return client.get(url).text.partition("<main")[2]

    assert "Pager" not in main("/webhooks/?q=chat")
    assert "Chat room" not in main("/webhooks/?is_on=false")
    assert "No endpoint matches" in main("/webhooks/?q=nothing")
    shown = main(f"/webhooks/{chat.id}?status=delivered")
    assert str(first.id) in shown
    assert str(second.id) not in shown
    assert "No message matches" in main(f"/webhooks/{chat.id}?event=workflow.opened")


def test_empty_pages_say_what_would_stand_there(client, ada, eve):
    client.as_(ada)
    assert "Nobody is told of anything yet" in client.get("/webhooks/").text
    endpoint = make_endpoint(ada)
    assert "Nothing was sent yet" in client.get(f"/webhooks/{endpoint.id}").text
    assert "Nothing happened yet" in (
        client.get(f"/webhooks/{endpoint.id}?tab=history").text
    )


def test_a_viewer_reads_and_changes_nothing(client, ada, eve):
    endpoint = make_endpoint(ada)
    [message] = leave(endpoint)
    client.as_(eve)
    url = f"/webhooks/{endpoint.id}"

    page = client.get(url)
    assert page.status_code == 200
    assert "Replace the secret" not in page.text
    assert client.get(f"{url}/deliveries/{message.id}").status_code == 200
    for path in ("edit", "secret"):
        assert client.get(f"{url}/{path}").status_code == 403
    again = f"deliveries/{message.id}/again"
    for path in ("on", "off", "test", "delete", "secret", "edit", again):
        assert client.post(f"{url}/{path}").status_code == 403


def test_nobody_else_gets_in(client, ada, olga):
    endpoint = make_endpoint(ada)

    client.as_(olga)

    assert client.get("/webhooks/").status_code == 403
    assert client.get(f"/webhooks/{endpoint.id}").status_code == 403


def test_a_message_is_found_at_its_own_endpoint_alone(client, ada):
    one, other = make_endpoint(ada), make_endpoint(ada)
    [message] = leave(one)
    client.as_(ada)

    url = f"/webhooks/{other.id}/deliveries/{message.id}"

    assert client.get(url).status_code == 404
    assert client.post(f"{url}/again").status_code == 404


@pytest.mark.parametrize("size", [1, 12])
def test_the_pages_cost_the_same_however_much_there_is(client, ada, statements, size):
    for _ in range(size):
        endpoint = make_endpoint(ada)
        [*_, message] = leave(endpoint, size)
    client.as_(ada)
    costs = {
        "/webhooks/": 2,  # session, rows with total
        f"/webhooks/{endpoint.id}": 3,  # session, endpoint, rows with total
        f"/webhooks/{endpoint.id}?tab=history": 3,
        f"/webhooks/{endpoint.id}/deliveries/{message.id}": 2,
    }

    for url, cost in costs.items():
        statements.clear()
        client.get(url)
        assert len(statements) == cost, "\n".join(statements)
