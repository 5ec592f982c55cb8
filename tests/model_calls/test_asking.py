"""Asking: what is queued, what is refused, and what reaches the provider."""

import os
import subprocess
import sys

import pytest
from sqlalchemy import func, select

from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from tests.faults.nursery import ROOT
from tests.model_calls.stage import KEY, answered, asked, make_model, question


def test_the_same_key_is_the_same_call(client, ada):
    model = make_model()

    first, second = asked(ada, model, key="one"), asked(ada, model, key="one")

    assert first.id == second.id
    assert db.session.scalar(select(func.count()).select_from(ModelCall)) == 1


def test_a_model_that_is_off_is_not_asked(client, ada):
    with pytest.raises(RuleBroken, match="is switched off"):
        asked(ada, make_model(is_active=False))


def test_nobody_may_ask_for_too_much(client, ada):
    with pytest.raises(RuleBroken, match="more than a model can read"):
        asked(ada, make_model(), question("x" * (1 << 20)))


def test_the_question_goes_out_with_its_settings(client, ada, model_server):
    model = make_model(
        model_server, parameters={"temperature": 0.1, "seed": 7}, max_tokens=300
    )
    own = {"temperature": 0.9, "max_tokens": 50, "stream": False, "model": "dear-1"}
    tool = {"type": "function", "function": {"name": "weigh", "parameters": {}}}

    answered(ada, model, question("Well?", parameters=own, tools=[tool]))

    [sent] = model_server.requests
    assert sent == {
        "model": "tiny-1",
        "messages": [{"role": "user", "content": "Well?"}],
        "temperature": 0.9,
        "seed": 7,
        "max_tokens": 50,
        "stream": True,
        "stream_options": {"include_usage": True},
        "tools": [tool],
    }


def test_a_question_cannot_ask_for_more_than_the_model_may_write(
    client, ada, model_server
):
    greedy = question(parameters={"max_tokens": 10**6})

    answered(ada, make_model(model_server, max_tokens=300), greedy)

    assert model_server.requests[0]["max_tokens"] == 300


def test_openai_itself_wants_the_limit_under_its_new_name(client, ada, model_server):
    answered(ada, make_model(model_server, provider="openai"))

    assert "max_completion_tokens" in model_server.requests[0]
    assert "max_tokens" not in model_server.requests[0]


def test_nothing_of_this_machine_goes_out(client, ada, model_server, monkeypatch):
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Odd: leaked")
    monkeypatch.setenv("OPENAI_ORG_ID", "leaked")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")

    answered(ada, make_model(model_server))

    [headers] = model_server.headers
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert "leaked" not in str(headers)
    assert not [name for name in headers if "stainless" in name.lower()]


def test_a_model_without_a_key_is_asked_without_one(client, ada, model_server):
    call = answered(ada, make_model(model_server, key=""))

    assert call.status is CallStatus.COMPLETED
    assert "Authorization" not in model_server.headers[0]


def test_tools_that_it_wants_are_kept(client, ada, model_server):
    model_server.calls("weigh", {"grams": 3})

    call = answered(ada, make_model(model_server))

    assert call.status is CallStatus.COMPLETED
    assert call.calls == [{"id": "call_1", "name": "weigh", "arguments": {"grams": 3}}]


LOADED = """
import sys
from config import Config
from dashboard import create_app
from dashboard.database import Model
from dashboard.extensions import db
from tests.conftest import Client
from tests.factories import make_user
from tests.model_calls.stage import asked, make_model

app = create_app(Config.from_env())
app.test_client_class = Client
with app.app_context():
    Model.metadata.create_all(db.engine)
    db.session.connection().exec_driver_sql(HEAD)
    person = make_user()
    call = asked(person, make_model())
    client = app.test_client().as_(person)
    pages = ["/model-calls/", f"/model-calls/{call.id}"]
    print([client.get(page).status_code for page in pages])
print([name for name in LARGE if name in sys.modules])
"""
HEAD = (
    "INSERT INTO audit_head (id, seq, hash) VALUES "
    "('00000000000000000000000000000001', 0, '0')"
)
LARGE = ["openai", "httpx2", "httpcore2", "dashboard.model_calls.client"]


def test_a_web_process_never_loads_what_speaks_to_models(tmp_path):
    env = os.environ | {"INSTANCE_PATH": str(tmp_path), "FLASK_SKIP_DOTENV": "1"}
    code = f"LARGE, HEAD = {LARGE}, {HEAD!r}{LOADED}"

    asked = [sys.executable, "-c", code]
    said = subprocess.run(asked, env=env, cwd=ROOT, capture_output=True, text=True)

    assert said.stdout.split("\n") == ["[200, 200]", "[]", ""], said.stderr
