"""What models and agents may be asked in a minute, and may cost in a day."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from dashboard.model_calls.models import CallStatus, Problem
from tests.factories import make_agent
from tests.model_calls.stage import (
    answered,
    asked,
    make_call,
    make_model,
    perform_queued,
)

DOLLAR = 1_000_000


def test_a_model_is_asked_so_often_a_minute(client, ada, model_server):
    model = make_model(model_server, calls_per_minute=2)

    calls = [answered(ada, model) for _ in range(3)]

    assert [c.problem for c in calls] == [None, None, Problem.OVER_LIMIT]
    assert "2 calls a minute. It takes the next one in" in calls[2].message
    assert len(model_server.requests) == 2


def test_the_minute_passes(client, ada, model_server):
    model = make_model(model_server, calls_per_minute=1)
    make_call(model, ada, started_at=now() - timedelta(seconds=61))

    assert answered(ada, model).status is CallStatus.COMPLETED


def test_a_refused_call_does_not_count(client, ada, model_server):
    model = make_model(model_server, calls_per_minute=1)
    make_call(model, ada, started_at=now() - timedelta(seconds=59.5))
    refused = answered(ada, model)
    assert refused.problem is Problem.OVER_LIMIT
    assert refused.started_at is None


@pytest.mark.parametrize("whose", ["model", "agent"])
def test_a_day_has_its_budget(client, ada, model_server, whose):
    spent = DOLLAR - 100
    limit = {"spend_per_day": DOLLAR}
    model = make_model(model_server, **(limit if whose == "model" else {}))
    agent = make_agent(**(limit if whose == "agent" else {}))
    make_call(model, ada, agent_id=agent.id, cost=spent)

    call = answered(ada, model, agent=agent)

    assert call.problem is Problem.OVER_LIMIT
    assert "$0.0001 of today's $1.00 is left" in call.message
    assert call.message.endswith("It works again at midnight, UTC.")
    assert not model_server.requests


def test_yesterday_is_no_part_of_today(client, ada, model_server):
    model = make_model(model_server, spend_per_day=DOLLAR)
    yesterday = now() - timedelta(days=1)
    times = {"started_at": yesterday, "ended_at": yesterday}
    make_call(model, ada, cost=2 * DOLLAR, **times)

    assert answered(ada, model).status is CallStatus.COMPLETED


def test_what_runs_counts_as_if_it_cost_all_it_may(client, ada, model_server):
    model = make_model(model_server, spend_per_day=DOLLAR)
    running = {"status": CallStatus.RUNNING, "ended_at": None, "cost": 0}
    lease = now() + timedelta(hours=1)
    make_call(model, ada, reserved=DOLLAR - 100, lease_until=lease, **running)

    assert answered(ada, model).problem is Problem.OVER_LIMIT


def test_a_model_without_a_price_spends_nothing(client, ada, model_server):
    model = make_model(model_server, price_in=0, price_out=0, spend_per_day=0)

    assert answered(ada, model).status is CallStatus.COMPLETED


def test_a_model_that_was_switched_off_meanwhile_is_not_asked(
    client, ada, model_server
):
    model = make_model(model_server)
    call = asked(ada, model)
    model.is_active = False

    perform_queued()

    assert (call.problem, call.tries) == (Problem.REFUSED, 1)
    assert "is switched off" in call.message
    assert not model_server.requests
