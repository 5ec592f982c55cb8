"""What calls came to, by model, agent and version of a prompt."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.model_calls.models import CallStatus
from dashboard.model_calls.reports import Usage, usage_of
from tests.factories import make_agent
from tests.model_calls.stage import make_call, make_model


def took(seconds, **over):
    at = now()
    return {"started_at": at - timedelta(seconds=seconds), "ended_at": at, **over}


def test_calls_are_summed_and_the_middle_is_found(client, ada, statements):
    model, agent = make_model(), make_agent()
    for seconds in (1, 2, 9):
        make_call(model, ada, agent_id=agent.id, **took(seconds))
    make_call(model, ada, **took(100, status=CallStatus.FAILED, cost=0))

    statements.clear()
    [of_model] = usage_of(model_id=model.id).values()

    assert len(statements) == 1
    assert (of_model.calls, of_model.failures, of_model.cost) == (4, 1, 60)
    assert (of_model.tokens_in, of_model.tokens_out) == (40, 20)
    assert round(of_model.median_seconds, 2) == 2
    assert usage_of(agent_id=agent.id)[agent.id].calls == 3


def test_between_two_in_the_middle_lies_their_mean(client, ada):
    model = make_model()
    for seconds in (1, 2, 4, 9):
        make_call(model, ada, **took(seconds))

    assert round(usage_of(model_id=model.id)[model.id].median_seconds, 2) == 3


def test_only_the_time_that_was_asked_for_counts(client, ada):
    model, old = make_model(), now() - timedelta(days=40)
    make_call(model, ada, queued_at=old)
    make_call(model, ada)

    assert usage_of(model_id=model.id)[model.id].calls == 1
    until = usage_of(model_id=model.id, since=old - timedelta(1), until=now())
    assert until[model.id].calls == 2


def test_what_was_never_asked_came_to_nothing(client):
    model = make_model()

    assert usage_of(model_id=model.id) == {model.id: Usage()}
    assert usage_of(prompt_version_ids=[]) == {}
