"""What providers do wrong: each has its class, its sentence, and its price."""

import json

import pytest

from dashboard.model_calls.models import CallStatus, Problem
from tests.model_calls import scripted
from tests.model_calls.stage import SCHEMA, answered, asked, make_model, perform_queued
from tests.model_calls.stage import question as make_question

CUT = "It begins well and"
WRONG = [
    ("refuses the key", scripted.fails(401), Problem.UNAUTHORIZED, "does not take"),
    ("forbids", scripted.fails(403), Problem.UNAUTHORIZED, "does not take"),
    ("knows no such model", scripted.fails(404), Problem.REFUSED, "(404)"),
    (
        "sends elsewhere",
        scripted.fails(307, {"Location": "http://127.0.0.1:1/v1/"}),
        Problem.REFUSED,
        "another address",
    ),
    (
        "has no money left",
        scripted.fails(429, code="insufficient_quota"),
        Problem.RATE_LIMITED,
        "(429)",
    ),
    ("speaks HTML", scripted.babbles(), Problem.BAD_ANSWER, "no answer of a model"),
    (
        "speaks no JSON",
        scripted.babbles(b"data: {nonsense\n\n"),
        Problem.BAD_ANSWER,
        "no answer of a model",
    ),
    (
        "sends choices that are none",
        scripted.babbles(b'data: {"choices": "abc"}\n\n'),
        Problem.BAD_ANSWER,
        "no answer of a model",
    ),
    (
        "counts below nothing",
        scripted.says(usage=(-1, 5)),
        Problem.BAD_ANSWER,
        "no answer of a model",
    ),
    ("says nothing", scripted.says(""), Problem.BAD_ANSWER, "without a word"),
    ("floods", scripted.floods(), Problem.TOO_LARGE, "more than an answer"),
    (
        "floods in one line",
        scripted.babbles(b"x" * (10 << 20)),
        Problem.TOO_LARGE,
        "more than an answer",
    ),
    (
        "stops at its limit",
        scripted.says(CUT, finish="length"),
        Problem.CUT_OFF,
        "Raise the most",
    ),
    (
        "withholds",
        scripted.says(CUT, finish="content_filter"),
        Problem.REFUSED,
        "withheld",
    ),
    ("breaks off", scripted.cuts_off(CUT), Problem.CUT_OFF, "broke off"),
    (
        "calls a tool with nonsense",
        scripted.calls("weigh", "{nonsense"),
        Problem.BAD_ANSWER,
        "no JSON object",
    ),
]


@pytest.mark.parametrize(
    ("scene", "problem", "said"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG]
)
def test_a_fault_is_told_and_not_tried_again(
    client, ada, model_server, scene, problem, said
):
    model_server.scenes = [scene]

    call = answered(ada, make_model(model_server))

    assert (call.status, call.problem) == (CallStatus.FAILED, problem)
    assert said in call.message
    assert (call.tries, len(model_server.requests)) == (1, 1)
    assert call.reserved == 0


@pytest.mark.parametrize(
    ("scene", "problem"),
    [
        (scripted.fails(429), Problem.RATE_LIMITED),
        (scripted.fails(500), Problem.SERVER_ERROR),
        (scripted.drops, Problem.UNREACHABLE),
        (scripted.cuts_off(""), Problem.CUT_OFF),
        (
            scripted.babbles(b'data: {"error": {"message": "Overloaded"}}\n\n'),
            Problem.SERVER_ERROR,
        ),
    ],
    ids=["rate limited", "server error", "dropped", "cut before a word", "error event"],
)
def test_what_may_pass_is_tried_three_times(client, ada, model_server, scene, problem):
    model_server.scenes = [scene] * 5

    call = answered(ada, make_model(model_server))

    assert (call.status, call.problem) == (CallStatus.FAILED, problem)
    assert (call.tries, len(model_server.requests)) == (3, 3)


def test_a_fault_that_passed_leaves_an_answer(client, ada, model_server):
    model_server.fails(500, times=2)
    model_server.says("At last.", usage=(100, 50))

    call = answered(ada, make_model(model_server))

    assert (call.status, call.text) == (CallStatus.COMPLETED, "At last.")
    assert (call.problem, call.message, call.tries) == (None, "", 3)
    assert (call.tokens_in, call.tokens_out, call.cost) == (100, 50, 200)


def test_it_waits_as_long_as_the_provider_asks(client, ada, model_server):
    model_server.fails(429, {"Retry-After": "20"})
    call = asked(ada, make_model(model_server))

    perform_queued(patient=True)

    assert call.status is CallStatus.QUEUED
    assert 10 < (call.available_at - call.queued_at).total_seconds() < 60
    assert "takes no more calls for now" in call.doing


def test_it_does_not_wait_for_ever(client, ada, model_server):
    model_server.fails(429, {"Retry-After": "86400"})
    call = asked(ada, make_model(model_server))

    perform_queued(patient=True)

    assert (call.available_at - call.queued_at).total_seconds() < 120


@pytest.mark.parametrize("scene", [scripted.hangs, scripted.drips()])
def test_the_deadline_holds_whether_words_come_or_not(client, ada, model_server, scene):
    model_server.scenes = [scene]

    call = answered(ada, make_model(model_server, timeout_seconds=1))

    assert (call.status, call.problem) == (CallStatus.FAILED, Problem.TIMED_OUT)
    assert call.message == "It was not done after 1 seconds."
    assert call.seconds < 2.5
    assert call.tokens_in > 0
    assert call.is_estimate


def test_half_an_answer_is_kept_and_paid_for(client, ada, model_server):
    model_server.cuts_off("Twenty letters of it")

    call = answered(ada, make_model(model_server))

    assert call.text == "Twenty letters of it"
    assert (call.tokens_out, call.is_estimate) == (5, True)
    assert call.cost > 0


def test_what_was_refused_costs_nothing(client, ada, model_server):
    model_server.fails(400)

    call = answered(ada, make_model(model_server))

    assert (call.tokens_in, call.tokens_out, call.cost) == (0, 0, 0)


def test_nobody_there_is_a_fault_too(client, ada, model_server):
    model = make_model(base_url="http://127.0.0.1:9/v1")

    call = answered(ada, model)

    assert (call.problem, call.tries) == (Problem.UNREACHABLE, 3)
    assert "takes no connections" in call.message


def test_a_provider_without_schemas_is_asked_in_plainer_words(
    client, ada, model_server
):
    unknown = "Unknown value for response_format: json_schema"
    model_server.fails(400, message=unknown)
    model_server.fails(400, message="response_format is not supported")
    model_server.says_json({"opinion": "approve", "why": "Small."})

    call = answered(ada, make_model(model_server), make_question(schema=SCHEMA))

    assert (call.status, call.tries) == (CallStatus.COMPLETED, 1)
    kinds = [r.get("response_format", {}).get("type") for r in model_server.requests]
    assert kinds == ["json_schema", "json_object", None]
    assert json.dumps(SCHEMA) in model_server.requests[2]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "approve",
        "[]",
        '{"opinion": "approve", "why": NaN}',
        '{"opinion": "approve"}',
        '{"opinion": "approve", "why": "a\\u0000b"}',
        '{"opinion": "approve", "why": "\\ud800"}',
        "[" * 100_000,
        '```json\n{"opinion": "approve", "why": ""}\n```',
    ],
)
def test_garbage_is_no_object(client, ada, model_server, text):
    model_server.says(text, piece=50_000)

    call = answered(ada, make_model(model_server), make_question(schema=SCHEMA))

    assert (call.status, call.problem) == (CallStatus.FAILED, Problem.BAD_ANSWER)


def test_letters_that_no_database_takes_are_replaced(client, ada, model_server):
    model_server.says("a\0b \ud83d end", piece=100)

    call = answered(ada, make_model(model_server))

    assert call.text == "a\ufffdb \ufffd end"
