"""Delivery: signed, tried again, given up, and never more than it takes."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.sealing import seal
from dashboard.webhooks import actions, jobs
from dashboard.webhooks.letters import Outcome
from dashboard.webhooks.models import Delivery, DeliveryStatus, Event
from dashboard.webhooks.signing import Unusable, new_secret
from tests.factories import latest_audit
from tests.listeners import listening
from tests.webhooks.stage import (
    deliver,
    hurry,
    is_genuine,
    leave,
    make_endpoint,
    messages,
)

BUSY = Outcome(503, "It answered 503.")


def ids(listener):
    return [got.headers["webhook-id"] for got in listener.got]


def test_a_message_arrives_signed_and_as_it_was_written(ada, receiver):
    secret = new_secret()
    endpoint = make_endpoint(ada, receiver.url("/in?x=1"), secret)
    [message] = leave(endpoint, run="7", word="grün")

    assert deliver() == 1

    [got] = receiver.got
    assert (got.method, got.path) == ("POST", "/in?x=1")
    assert got.headers["content-type"] == "application/json"
    assert json.loads(got.body) == message.payload
    assert got.headers["webhook-id"] == str(message.id)
    assert is_genuine(got, secret)
    assert not is_genuine(got, new_secret())
    assert (message.status, message.answer) == (DeliveryStatus.DELIVERED, 200)
    assert message.attempts == 1
    assert message.delivered_at
    assert endpoint.delivered_at


def test_the_oldest_goes_first_and_each_once(ada, receiver):
    sent = leave(make_endpoint(ada, receiver.url()), 5)

    assert deliver() == 5
    assert deliver() == 0

    assert ids(receiver) == [str(message.id) for message in sent]


@pytest.mark.parametrize("status", [300, 302, 400, 404, 429, 500, 503])
def test_what_is_not_taken_is_tried_again_under_the_same_id(ada, receiver, status):
    endpoint = make_endpoint(ada, receiver.url())
    [message] = leave(endpoint)
    receiver.answers = lambda r: r.reply(status, Location=receiver.url("/elsewhere"))

    deliver()

    assert (message.status, message.answer) == (DeliveryStatus.PENDING, status)
    assert message.error == f"It answered {status}."
    assert timedelta(seconds=3) < message.next_at - now() < timedelta(seconds=7)
    assert deliver() == 0

    receiver.answers = 204
    hurry()
    deliver()

    assert (message.status, message.error) == (DeliveryStatus.DELIVERED, "")
    assert ids(receiver) == [str(message.id)] * 2
    assert {got.path for got in receiver.got} == {"/hook"}


def test_a_failure_leaves_the_rest_for_later(ada, receiver):
    leave(make_endpoint(ada, receiver.url()), 3)
    receiver.answers = 500

    deliver()

    assert len(receiver.got) == 1


def test_a_receiver_that_was_away_gets_everything_once(ada, allowed):
    with listening() as gone:
        port = gone.server_port
    endpoint = make_endpoint(ada, f"http://127.0.0.1:{port}/hook")
    sent = leave(endpoint, 3)
    for _ in sent:
        deliver()
    assert "takes no connections" in sent[0].error
    assert [message.attempts for message in sent] == [1, 1, 1]

    with listening() as back:
        endpoint.url = back.url()
        hurry()
        deliver()

        assert sorted(ids(back)) == sorted(str(message.id) for message in sent)


def test_after_twelve_tries_a_message_is_given_up(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url())
    [message] = leave(endpoint)
    receiver.answers = 500

    for _ in range(14):
        hurry()
        deliver()

    assert (message.status, message.attempts) == (DeliveryStatus.FAILED, 12)
    assert len(receiver.got) == 12
    assert endpoint.failures_in_row == 1
    assert endpoint.is_on


def test_the_pauses_grow_to_six_hours_and_make_a_day():
    pauses = [jobs.pause_after(n).total_seconds() for n in range(1, jobs.MOST_ATTEMPTS)]

    for pause, usual in zip(pauses, [5, 15, 45, 135, 405], strict=False):
        assert usual * 0.8 <= pause <= usual * 1.2
    assert max(pauses) <= 6 * 3600 * 1.2
    assert 16 * 3600 < sum(pauses) < 30 * 3600


def test_410_switches_the_endpoint_off_at_once(ada, receiver):
    endpoint, other = make_endpoint(ada, receiver.url()), make_endpoint(ada)
    message, waiting = leave(endpoint, 2)
    receiver.answers = 410

    deliver()

    assert not endpoint.is_on
    assert "410" in endpoint.why_off
    assert message.status is DeliveryStatus.FAILED
    assert waiting.status is DeliveryStatus.PENDING
    incident = db.session.scalar(select(Incident))
    assert (incident.kind, incident.endpoint_id) == (IncidentKind.ENDPOINT, endpoint.id)
    entry = latest_audit()
    assert (entry.action, entry.actor_name) == ("webhook.write", "Quorum")
    assert entry.changes[f"webhook_endpoints/{endpoint.id}"]["is_on"] == [True, False]
    [told] = messages(Event.INCIDENT_OPENED)
    assert told.endpoint_id == other.id
    hurry()
    deliver()
    assert len(receiver.got) == 1


def test_twenty_given_up_in_a_row_switch_it_off(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url(), failures_in_row=18)
    receiver.answers = 500
    for message in leave(endpoint, 2):
        message.attempts = 11
    db.session.commit()

    deliver()
    assert (endpoint.failures_in_row, endpoint.is_on) == (19, True)
    deliver()

    assert not endpoint.is_on
    assert "20 messages in a row" in endpoint.why_off
    assert len(db.session.scalars(select(Incident)).all()) == 1


def test_one_that_arrives_forgets_the_failures_before(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url(), failures_in_row=19)
    leave(endpoint)

    deliver()

    assert (endpoint.failures_in_row, endpoint.is_on) == (0, True)


def test_what_is_off_gets_nothing_until_it_is_on(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url())
    leave(endpoint)
    actions.switch(ada, endpoint, on=False)

    assert deliver() == 0
    assert jobs.claim(endpoint.id) is None

    actions.switch(ada, endpoint, on=True)
    assert deliver() == 1


def test_a_sender_that_dies_between_claim_and_send_loses_no_message(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url())
    [message] = leave(endpoint)
    lost = jobs.claim(endpoint.id)

    assert deliver() == 0  # it may be on its way
    assert jobs.claim(endpoint.id) is None
    hurry()
    assert deliver() == 1

    assert ids(receiver) == [str(lost.id)]
    assert (message.attempts, message.status) == (2, DeliveryStatus.DELIVERED)


def test_a_sender_that_was_too_slow_writes_nothing_more(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url())
    [message] = leave(endpoint)
    slow = jobs.claim(endpoint.id)
    hurry()
    deliver()

    assert not jobs.settle(slow, BUSY)

    db.session.expire_all()
    assert (message.status, message.answer) == (DeliveryStatus.DELIVERED, 200)


def test_an_endpoint_deleted_meanwhile_is_no_mistake(ada, receiver):
    endpoint = make_endpoint(ada, receiver.url())
    leave(endpoint)
    letter = jobs.claim(endpoint.id)
    actions.delete_endpoint(ada, endpoint)

    assert not jobs.settle(letter, BUSY)
    assert messages() == []


def test_an_address_inside_gets_not_a_byte(app, ada, receiver, monkeypatch):
    """The rules hold at sending, whatever stands in the database."""
    monkeypatch.setitem(app.config, "OUTBOUND_ALLOW", ())
    endpoint = make_endpoint(ada, receiver.url(scheme="https"))
    [message] = leave(endpoint)

    deliver()

    assert receiver.got == []
    assert (message.answer, message.status) == (None, DeliveryStatus.PENDING)
    assert "inside a network" in message.error


def test_a_secret_nobody_can_open_is_said_and_can_be_replaced(ada, receiver):
    endpoint, other = make_endpoint(ada, receiver.url()), make_endpoint(ada)
    endpoint.sealed_secret = seal("whsec_AAAA", other)
    [message] = leave(endpoint)

    deliver()
    assert receiver.got == []
    assert "Replace the secret" in message.error

    secret = actions.replace_secret(ada, endpoint)
    hurry()
    assert deliver() == 1
    assert is_genuine(receiver.got[0], secret)


def test_what_was_settled_long_ago_is_forgotten(ada):
    endpoint = make_endpoint(ada)
    old, waiting, young = leave(endpoint, 3)
    long_ago = now() - timedelta(days=31)
    old.status, old.next_at = DeliveryStatus.DELIVERED, long_ago
    waiting.next_at, young.status = long_ago, DeliveryStatus.FAILED
    db.session.commit()
    kept = {waiting.id, young.id}

    jobs.prune_old()

    assert set(db.session.scalars(select(Delivery.id))) == kept


@pytest.mark.parametrize("secret", ["no base64!", "whsec_", "whsec_c2hvcnQ="])
def test_a_secret_that_signs_nothing_is_refused_when_it_is_kept(ada, secret):
    endpoint = make_endpoint(ada)
    sealed = endpoint.sealed_secret

    with pytest.raises(Unusable):
        endpoint.sign_with(secret)

    assert endpoint.sealed_secret == sealed


def test_one_that_was_kept_all_the_same_is_a_problem_of_its_endpoint_alone(ada):
    delivery = leave(make_endpoint(ada, secret="no base64!"))[0]

    assert deliver() == 0

    assert (delivery.attempts, delivery.status) == (1, DeliveryStatus.PENDING)
    assert "Replace the secret." in delivery.error
