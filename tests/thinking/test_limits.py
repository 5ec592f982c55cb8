"""How far an agent may go: each limit ends the step with a sentence."""

from time import monotonic

import pytest

from dashboard.runs.actions import cancel_run
from dashboard.runs.models import RunStatus, StepStatus
from tests.model_calls.stage import make_model
from tests.runs.stage import again, in_background, processes_with, wait_for
from tests.thinking.stage import (
    SLEEP,
    approved,
    called_of,
    calls_of,
    done,
    make_prompt,
    make_thinker,
    people,
    scales,
)


@pytest.fixture
def cast(real_database):
    return people()


def test_its_turns_are_counted(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma))
    for _ in range(5):
        model_server.calls("scales", {"grams": 1})

    run, step = done(approved(uma, ada, agent, max_turns=2))

    assert (run.status, step.status) == (RunStatus.FAILED, StepStatus.FAILED)
    assert step.message == "The agent gave no answer in 2 turns."
    assert run.error == step.message
    assert (len(model_server.requests), len(called_of(run))) == (2, 2)


def test_its_tokens_are_counted(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma))
    model_server.calls("scales", {"grams": 1}, usage=(150, 50))

    _, step = done(approved(uma, ada, agent, max_tokens=200))

    assert step.status is StepStatus.FAILED
    assert step.message.startswith("The agent used 200 tokens and was not done")
    assert len(model_server.requests) == 1


def test_what_it_spends_is_counted(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma))
    model_server.calls("scales", {"grams": 1}, usage=(2000, 4000))

    _, step = done(approved(uma, ada, agent, max_cost="0.01", max_tokens=9000))

    assert step.status is StepStatus.FAILED
    assert step.message == (
        "The agent spent $0.01 and was not done; this step gives it $0.01."
    )


def test_a_call_that_could_cost_more_than_is_left_is_not_made(cast, model_server):
    uma, ada = cast
    model = make_model(model_server, price_out=500_000_000)
    agent = make_thinker(uma, model_server, model=model)

    run, step = done(approved(uma, ada, agent, max_cost="0.01"))

    assert step.status is StepStatus.FAILED
    assert "is left for this step" in run.error
    assert model_server.requests == []


def test_the_agents_own_budget_holds_too(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, spend_per_run=1)

    run, _ = done(approved(uma, ada, agent, max_cost="5"))

    assert "is left for this step" in run.error
    assert model_server.requests == []


def test_its_time_is_limited_while_a_model_speaks(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server)
    model_server.drips()

    run = approved(uma, ada, agent, timeout_seconds=1)

    began = monotonic()
    run, step = done(run)

    assert monotonic() - began < 4
    assert (run.status, step.status) == (RunStatus.FAILED, StepStatus.TIMED_OUT)
    assert "not done after 1 seconds" in run.error


def test_its_time_is_limited_while_a_bot_works(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma, SLEEP, "Sleeper"), schema={})
    model_server.calls("sleeper", {})

    run, step = done(approved(uma, ada, agent, timeout_seconds=1))

    assert step.status is StepStatus.TIMED_OUT
    (made,) = called_of(run)
    assert made.status is StepStatus.TIMED_OUT
    assert len(model_server.requests) == 1


def test_a_stop_closes_the_stream_within_two_seconds(app, cast, model_server):
    uma, ada = cast
    model_server.drips()
    run = approved(uma, ada, make_thinker(uma, model_server))
    worker = in_background(app, run)
    wait_for(lambda: any(call.text for call in calls_of(run)))

    began = monotonic()
    cancel_run(ada, again(run), "It says nothing")
    worker.join(10)

    assert monotonic() - began < 2
    assert again(run).status is RunStatus.CANCELLED
    assert again(run.steps[0]).status is StepStatus.CANCELLED
    (call,) = calls_of(run)
    assert (call.status.value, "drip" in call.text) == ("cancelled", True)


def test_a_stop_ends_the_bot_it_called_within_two_seconds(app, cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server, scales(uma, SLEEP, "Sleeper"), schema={})
    model_server.calls("sleeper", {})
    run = approved(uma, ada, agent)
    key = f"{run.id}/1/1"
    worker = in_background(app, run)
    wait_for(lambda: processes_with(key))

    began = monotonic()
    cancel_run(ada, again(run), "It sleeps")
    wait_for(lambda: not processes_with(key))
    worker.join(10)

    assert monotonic() - began < 2
    assert again(run).status is RunStatus.CANCELLED
    (made,) = called_of(run)
    assert made.status is StepStatus.CANCELLED


def test_what_no_model_can_read_is_not_sent(cast, model_server):
    uma, ada = cast
    prompt = make_prompt("Read this. " * 110_000)
    agent = make_thinker(uma, model_server, prompt_id=prompt.id)

    run, step = done(approved(uma, ada, agent))

    assert (run.status, step.status) == (RunStatus.FAILED, StepStatus.FAILED)
    assert run.error == "This is more than a model can read. Ask about less."
    assert model_server.requests == []


def test_an_answer_that_is_paid_for_counts_though_it_went_over(cast, model_server):
    uma, ada = cast
    model_server.says("Light.", usage=(150, 80))

    run, step = done(
        approved(uma, ada, make_thinker(uma, model_server), max_tokens=200)
    )

    assert (step.status, run.output) == (StepStatus.COMPLETED, {"text": "Light."})
