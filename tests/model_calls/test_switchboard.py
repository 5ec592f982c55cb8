"""The threads of a worker that take queued calls, and how they end."""

import pytest

from dashboard.model_calls import switchboard
from dashboard.model_calls.models import CallStatus, ModelCall
from tests.factories import make_user
from tests.model_calls import scripted
from tests.model_calls.stage import asked, make_model
from tests.model_calls.test_ending import seen, stop
from tests.processes import await_true

pytestmark = pytest.mark.usefixtures("real_database")


@pytest.fixture
def board(app):
    made = switchboard.Switchboard(app)
    yield made
    made.close()


def statuses(calls):
    return [seen(call.id).status for call in calls]


def test_many_calls_are_made_at_the_same_time(model_server, board):
    model_server.by = lambda body: scripted.says("Slow but sure.", pause=0.2)
    model, person = make_model(model_server), make_user()

    calls = [asked(person, model) for _ in range(switchboard.THREADS)]

    seconds = await_true(lambda: set(statuses(calls)) == {CallStatus.COMPLETED}, 20)
    one_after_the_other = switchboard.THREADS * 0.4
    assert seconds < one_after_the_other + 5
    assert len(model_server.requests) == len(calls)


def test_a_call_begins_at_once(model_server, board):
    call = asked(make_user(), make_model(model_server))

    await_true(lambda: seen(call.id).status is CallStatus.COMPLETED)

    call = seen(call.id)
    assert (call.started_at - call.queued_at).total_seconds() < 2


def test_a_stopped_call_makes_room(model_server, board):
    model_server.hangs()
    call = asked(make_user(), make_model(model_server, timeout_seconds=30))
    await_true(lambda: model_server.requests)

    stop(call.id)

    await_true(lambda: not seen(call.id).is_live, 5)
    assert seen(call.id).status is CallStatus.CANCELLED
    after = asked(make_user(), call.ai_model)
    await_true(lambda: not seen(after.id).is_live, 5)
    assert seen(after.id).status is CallStatus.COMPLETED


def test_a_worker_that_ends_hands_back_what_takes_too_long(
    app, model_server, monkeypatch
):
    monkeypatch.setattr(switchboard, "GRACE_SECONDS", 0.2)
    model_server.hangs()
    board = switchboard.Switchboard(app)
    call: ModelCall = asked(make_user(), make_model(model_server, timeout_seconds=30))
    await_true(lambda: model_server.requests)

    board.close()

    call = seen(call.id)
    assert (call.status, call.tries, call.token) == (CallStatus.QUEUED, 0, None)
