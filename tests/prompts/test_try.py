"""Trying a prompt: filled in at once, and put to a model, one version or two."""

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall, Purpose
from dashboard.prompts.models import PromptKind
from tests.model_calls.stage import make_call, make_model, perform_queued
from tests.prompts.stage import make_prompt, version

TEXTS = ("You are ${who}.", "You are ${who}, and ${how}.")


@pytest.fixture
def prompt(uma):
    return make_prompt(uma, *TEXTS)


def run(client, prompt, model, **over):
    data = {
        "model_id": model.id,
        "version": 2,
        "value-who": "Ada",
        "question": "Who are you?",
    }
    return client.post(f"/prompts/{prompt.id}/try/", data=data | over)


def calls():
    return db.session.scalars(select(ModelCall).order_by(ModelCall.key)).all()


def test_what_is_typed_is_filled_in_and_the_rest_stays(client, eve, prompt):
    data = {"value-who": "<b>Ada</b> $how", "version": "2"}

    answer = client.as_(eve).post(f"/prompts/{prompt.id}/try/render", data=data)

    assert answer.status_code == 200
    assert "You are &lt;b&gt;Ada&lt;/b&gt; $how, and ${how}.</div>" in answer.text
    assert 'name="value-how"' in answer.text
    assert calls() == []


def test_two_versions_are_filled_in_side_by_side_with_the_examples(client, uma, prompt):
    version(prompt, 2).variables = {
        "who": {"description": "Whom", "example": "Grace"},
        "how": {"description": "", "example": ""},
    }
    db.session.commit()

    page = client.as_(uma).get(f"/prompts/{prompt.id}/try/?version=2&other=1").text

    assert "You are Grace, and ${how}.</div>" in page
    assert "You are Grace.</div>" in page
    assert "Whom" in page


def test_a_value_too_long_is_refused_and_named(client, uma, prompt):
    data = {"value-who": "x" * 20_001, "value-how": "kindly"}

    answer = client.as_(uma).post(f"/prompts/{prompt.id}/try/render", data=data)

    assert answer.status_code == 422
    assert "who: Use at most 20000 characters." in answer.text
    assert "kindly" in answer.text


def test_two_versions_answer_side_by_side(client, uma, model_server, prompt):
    model = make_model(model_server)
    client.as_(uma)

    asked = run(client, prompt, model, other=1)
    waiting = client.get(asked.location).text
    model_server.says("I am Ada.")
    model_server.says("Ada, at your service.")
    perform_queued()
    page = client.get(asked.location).text

    first, second = calls()
    assert asked.status_code == 303
    assert "data-call=" in waiting
    assert "I am Ada." in page
    assert "Ada, at your service." in page
    assert "10 tokens in, 5 out" in page
    assert {call.purpose for call in (first, second)} == {Purpose.TRY}
    assert [call.prompt_version_id for call in (first, second)] == [
        version(prompt, 2).id,
        version(prompt, 1).id,
    ]
    sent = [body["messages"] for body in model_server.requests]
    assert sent == [
        [
            {"role": "system", "content": text},
            {"role": "user", "content": "Who are you?"},
        ]
        for text in ("You are Ada, and ${how}.", "You are Ada.")
    ]


def test_what_was_typed_is_there_again_without_a_script(client, uma, prompt):
    make_model(name="An earlier one")
    model = make_model(name="Chosen")
    client.as_(uma)

    asked = run(client, prompt, model, **{"value-how": "<kindly>"})
    page = client.get(asked.location).text
    other = client.get(f"/prompts/{prompt.id}/try/?version=2").text

    assert 'name="value-who" rows="1">Ada</textarea>' in page
    assert "You are Ada, and &lt;kindly&gt;.</div>" in page
    assert "Who are you?</textarea>" in page
    assert f'selected value="{model.id}"' in page
    assert "kindly" not in other


def test_a_long_text_does_not_burst_the_cookie(client, uma, prompt):
    client.as_(uma)

    asked = run(client, prompt, make_model(), **{"value-how": "Ä" * 20_000})

    assert all(len(each) < 4000 for each in asked.headers.getlist("Set-Cookie"))
    assert client.get(asked.location).status_code == 200


def test_a_user_message_needs_no_question(client, uma, model_server):
    prompt = make_prompt(uma, "Say ${word}", kind=PromptKind.USER)
    client.as_(uma)

    run(client, prompt, make_model(model_server), version=1, question="")
    perform_queued()

    assert model_server.requests[0]["messages"] == [
        {"role": "user", "content": "Say ${word}"}
    ]


@pytest.mark.parametrize(
    ("over", "sentence"),
    [
        ({"question": ""}, "Write what a person would say to it."),
        ({"version": "9"}, "Choose a version that this prompt has."),
        ({"other": "9"}, "Choose a version that this prompt has."),
        ({"model_id": ""}, "Fill this in."),
        ({"model_id": "019a0000-0000-7000-8000-000000000000"}, "switched on"),
    ],
)
def test_what_cannot_be_asked_is_said_and_what_was_typed_stays(
    client, uma, prompt, over, sentence
):
    answer = run(
        client.as_(uma), prompt, make_model(), **{"value-how": "kindly"} | over
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert "kindly" in answer.text
    assert calls() == []


def test_a_model_that_is_off_is_not_offered_and_not_asked(client, uma, prompt):
    model = make_model(is_active=False)

    page = client.as_(uma).get(f"/prompts/{prompt.id}/try/").text
    answer = run(client, prompt, model)

    assert "No model is switched on." in page
    assert answer.status_code == 422
    assert calls() == []


def test_the_same_form_twice_asks_once(client, uma, prompt):
    model = make_model()
    client.as_(uma)

    answers = [run(client, prompt, model, once="abc") for _ in range(2)]

    assert len({answer.location for answer in answers}) == 1
    assert len(calls()) == 1


def test_a_try_is_for_whoever_asked_and_for_those_who_see_all(
    client, uma, eve, mallory, prompt
):
    where = run(client.as_(uma), prompt, make_model()).location

    assert "data-call=" in client.as_(eve).get(where).text
    hidden = client.as_(mallory).get(where).text
    assert "data-call=" not in hidden
    assert "not yours to see" in hidden


def test_a_viewer_asks_no_model_and_a_strange_prompt_is_404(client, eve, uma, prompt):
    model = make_model()

    assert run(client.as_(eve), prompt, model).status_code == 403
    gone = "/prompts/019a0000-0000-7000-8000-000000000000/try/"
    client.as_(uma)
    assert client.get(gone).status_code == client.post(gone).status_code == 404
    assert client.post(f"{gone}render").status_code == 404


def test_usage_says_what_each_version_cost_and_how_often_it_answered(
    client, api, uma, prompt
):
    model = make_model()
    second = version(prompt, 2).id
    make_call(model, uma, prompt_version_id=second, cost=1_500_000)
    make_call(model, uma, prompt_version_id=second, cost=0, status=CallStatus.FAILED)
    make_call(model, uma, prompt_version_id=second, status=CallStatus.RUNNING)
    make_call(model, uma, prompt_version_id=version(prompt, 1).id)

    page = client.as_(uma).get(f"/prompts/{prompt.id}?tab=usage").text
    rows = api.with_key(uma).get(f"/api/v1/prompts/{prompt.id}/usage").json["items"]

    assert "50%" in page
    assert "$1.50" in page
    told = [(r["number"], r["calls"], r["completed"], r["ended"]) for r in rows]
    assert told == [(2, 3, 1, 2), (1, 1, 1, 1)]
    assert rows[0]["cost"] == 1_500_020
