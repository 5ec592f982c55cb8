"""Senders at work: many at a time, a slow receiver, and a worker of its own."""

from collections import Counter
from threading import Event as Signal
from threading import Thread
from time import monotonic

import pytest

from dashboard.permissions import Role
from dashboard.queue import Worker
from dashboard.webhooks.models import DeliveryStatus, Event
from dashboard.webhooks.sending import Sender
from dashboard.webhooks.signing import new_secret
from tests.factories import make_bot, make_run, make_user
from tests.listeners import listening
from tests.runs.stage import wait_for
from tests.webhooks.stage import is_genuine, leave, make_endpoint, messages


@pytest.fixture
def ada(real_database):
    return make_user("Ada", role=Role.ADMIN)


@pytest.fixture
def senders(app, ada):
    both = Sender(app), Sender(app)
    yield both
    for sender in both:
        sender.close()


def all_delivered():
    return all(message.status is DeliveryStatus.DELIVERED for message in messages())


def test_two_senders_send_each_message_once(ada, receiver, senders):
    others = [make_endpoint(ada, receiver.url(f"/{n}")) for n in range(3)]
    for endpoint in others:
        leave(endpoint, 10)

    def look():
        for sender in senders:
            sender.tick()
        return all_delivered()

    wait_for(look)

    sent = Counter(got.headers["webhook-id"] for got in receiver.got)
    assert set(sent) == {str(message.id) for message in messages()}
    assert set(sent.values()) == {1}


def test_a_slow_receiver_holds_up_neither_the_tick_nor_the_others(
    ada, receiver, senders
):
    let_go = Signal()

    def slowly(request):
        let_go.wait(10)
        request.reply(200)

    with listening(slowly) as slow:
        stuck = leave(make_endpoint(ada, slow.url()), 3)
        quick = leave(make_endpoint(ada, receiver.url()), 3)
        begun = monotonic()

        senders[0].tick()
        senders[0].tick()

        assert monotonic() - begun < 2
        wait_for(lambda: len(receiver.got) == len(quick))
        senders[0].tick()
        assert len(slow.got) == 1  # one at a time, however often somebody looks
        let_go.set()
        wait_for(all_delivered)
        assert len(slow.got) == len(stuck)


def test_a_sender_that_is_closed_leaves_the_rest_to_others(ada, receiver, senders):
    leaving, staying = senders
    leave(make_endpoint(ada, receiver.url()), 3)

    def last_one(request):
        leaving._leaving.set()
        request.reply(200)

    receiver.answers = last_one
    leaving.tick()
    leaving.close()

    assert len(receiver.got) == 1
    receiver.answers = 200
    staying.tick()
    wait_for(all_delivered)
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 3


def test_a_worker_runs_a_bot_and_tells_of_it(app, ada, receiver, monkeypatch):
    monkeypatch.setitem(app.config, "LEASE_SECONDS", 2)  # it sweeps as often
    secret = new_secret()
    make_endpoint(ada, receiver.url(), secret, events=[Event.RUN_ENDED])
    run = make_run(make_bot(ada))
    worker = Worker(app, threads=1)
    at_work = Thread(target=worker.run)
    at_work.start()
    try:
        wait_for(lambda: receiver.got)
        wait_for(all_delivered)
    finally:
        worker.stop()
        at_work.join()

    [got] = receiver.got
    assert is_genuine(got, secret)
    assert str(run.id) in got.body.decode()
