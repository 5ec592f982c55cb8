"""Calls in the midst of a run: here and now, once for each key."""

import time
from datetime import timedelta

from sqlalchemy import select

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.inline import ToolCall, converse
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.model_calls.recovery import recover
from dashboard.model_calls.tokens import estimated, read_by
from tests.model_calls.stage import SCHEMA, make_model, question


def talk(model, asked=None, *, key="run/1", should_stop=lambda: False, **over):
    asked = asked or question()
    facts = {"purpose": Purpose.STEP, "key": key, "should_stop": should_stop}
    return converse(model.id, asked, **facts | over)


def only_call():
    db.session.expire_all()
    return db.session.scalars(select(ModelCall)).one()


def test_a_reply_has_all_that_a_step_needs(client, model_server):
    model_server.says_json({"opinion": "approve", "why": "Small."}, usage=(100, 50))

    reply = talk(make_model(model_server), question(schema=SCHEMA))

    assert reply.is_ok
    assert reply.parsed == {"opinion": "approve", "why": "Small."}
    assert (reply.tokens_in, reply.tokens_out, reply.cost) == (100, 50, 200)
    assert only_call().id == reply.call_id


def test_it_hands_over_the_tools_it_wants(client, model_server):
    model_server.calls("weigh", {"grams": 3})

    reply = talk(make_model(model_server))

    assert reply.tool_calls == [ToolCall("call_1", "weigh", {"grams": 3})]
    assert reply.parsed is None


def test_the_same_key_is_answered_from_what_is_known(client, model_server):
    model = make_model(model_server)

    first, second = talk(model), talk(model)

    assert first == second
    assert len(model_server.requests) == 1


def test_a_fault_is_a_reply_and_no_exception(client, model_server):
    model_server.fails(400, message="Too long.")

    reply = talk(make_model(model_server))

    assert reply.problem is Problem.REFUSED
    assert reply.message == "It refused (400): Too long."


def test_what_passes_is_tried_again_here_and_now(client, model_server):
    model_server.fails(500)

    reply = talk(make_model(model_server))

    assert (reply.problem, reply.text) == (None, "All right.")
    assert only_call().tries == 2


def test_a_step_has_its_own_purse(client, model_server):
    reply = talk(make_model(model_server), most_cost=100)

    assert reply.problem is Problem.OVER_LIMIT
    assert "$0.0001 is left for this step" in reply.message
    assert not model_server.requests


def test_a_run_that_stops_hangs_up(client, model_server):
    model_server.hangs()
    began = time.monotonic()

    reply = talk(
        make_model(model_server, timeout_seconds=30),
        should_stop=lambda: bool(model_server.requests),
    )

    assert time.monotonic() - began < 2
    assert reply.problem is Problem.LOST
    assert only_call().status is CallStatus.CANCELLED


def test_a_run_that_stopped_and_goes_on_asks_again(client, model_server):
    model = make_model(model_server)
    talk(model, should_stop=lambda: True)

    reply = talk(model)

    assert (reply.problem, reply.text) == (None, "All right.")
    assert only_call().status is CallStatus.COMPLETED


def test_a_run_that_stops_between_two_tries_does_not_wait(client, model_server):
    model_server.fails(429, {"Retry-After": "30"}, times=3)
    began = time.monotonic()

    reply = talk(
        make_model(model_server), should_stop=lambda: bool(model_server.requests)
    )

    assert time.monotonic() - began < 2
    assert reply.problem is Problem.LOST


def test_another_worker_takes_the_call_over(client, model_server):
    model = make_model(model_server)
    talk(model)
    lost = only_call()
    past = now() - timedelta(seconds=5)
    lost.status, lost.token, lost.lease_until = CallStatus.RUNNING, "gone", past
    lost.text = "Half"
    db.session.commit()

    assert recover() == 1
    assert only_call().problem is Problem.LOST
    reply = talk(model)

    assert (reply.problem, reply.text) == (None, "All right.")
    heard_before = model.cost_of(read_by(lost.request), estimated("Half"))
    assert reply.cost == 20 + heard_before + 20
