"""A question is queued, a worker asks it, and what came is stored once."""

from dashboard.model_calls.answers import parsed_of
from dashboard.model_calls.models import CallStatus, Problem
from tests.model_calls.stage import SCHEMA, answered, make_model, question


def test_what_a_model_says_is_stored_with_what_it_cost(client, ada, model_server):
    model_server.says("It is safe.", usage=(100, 50))

    call = answered(ada, make_model(model_server))

    assert (call.status, call.text) == (CallStatus.COMPLETED, "It is safe.")
    assert (call.tokens_in, call.tokens_out, call.cost) == (100, 50, 200)
    assert (call.is_estimate, call.tries, call.reserved) == (False, 1, 0)
    assert call.ended_at >= call.first_word_at >= call.started_at


def test_an_object_is_checked_against_its_schema(client, ada, model_server):
    model_server.says_json({"opinion": "approve", "why": "It is small."})

    call = answered(ada, make_model(model_server), question(schema=SCHEMA))

    assert parsed_of(call) == {"opinion": "approve", "why": "It is small."}
    sent = model_server.requests[0]["response_format"]
    assert sent["json_schema"]["schema"] == SCHEMA


def test_an_object_that_does_not_fit_is_no_answer(client, ada, model_server):
    model_server.says_json({"opinion": "perhaps", "why": ""})

    call = answered(ada, make_model(model_server), question(schema=SCHEMA))

    assert (call.status, call.problem) == (CallStatus.FAILED, Problem.BAD_ANSWER)
    assert "at opinion" in call.message
    assert parsed_of(call) is None
