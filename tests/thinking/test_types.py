"""Types whose steps agents do: asked for by form and by JSON, and shown."""

import json

import pytest
from sqlalchemy import select

from dashboard.agents.models import AgentStatus
from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType
from tests.factories import make_agent, make_council, stored
from tests.thinking.stage import VERDICT, brief_of, make_thinking_type, scales

URL = "/api/v1/workflow-types"


@pytest.fixture
def agent(uma):
    return make_agent("Weigher", owner_id=uma.id)


@pytest.fixture
def council(ada):
    return make_council(ada)


def body(council, *steps, **over):
    return {"name": "Weighing", "council_id": str(council.id), "steps": steps} | over


def filled(council, **steps):
    given = {"name": "Weighing", "risk": "low", "council_id": council.id}
    return given | {f"steps-{name}": value for name, value in steps.items()}


def only_type():
    return db.session.scalars(select(WorkflowType)).one()


def test_a_program_names_bots_by_id_and_agents_with_a_brief(
    api, ada, uma, council, agent
):
    bot = scales(uma)
    step = {"agent_id": str(agent.id), "task": "Weigh it", "max_cost": "0.05"}

    made = api.with_key(ada).post(URL, json=body(council, str(bot.id), step))

    assert made.status_code == 201
    first, second = made.json["steps"]
    assert (first["bot_id"], first["agent_id"], first["brief"]) == (
        str(bot.id),
        None,
        None,
    )
    assert (second["bot_id"], second["agent_id"]) == (None, str(agent.id))
    assert second["brief"] == {
        "task": "Weigh it",
        "answer": {},
        "max_turns": 8,
        "max_tokens": 50_000,
        "max_cost": "0.05",
        "timeout_seconds": 300,
    }


def test_steps_as_they_are_told_are_steps_again(api, ada, uma, council, agent):
    type_ = make_thinking_type(council, agent, scales(uma), answer=VERDICT)
    program = api.with_key(ada)
    before = program.get(f"{URL}/{type_.id}").json

    put = {"name": type_.name, "council_id": str(council.id), "steps": before["steps"]}
    replaced = program.put(f"{URL}/{type_.id}", json=put)
    patched = program.patch(f"{URL}/{type_.id}", json={"description": "Heavy work"})

    assert replaced.json["steps"] == before["steps"]
    assert patched.json["steps"] == before["steps"]


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"task": ""}, "/steps/0/task"),
        ({"max_turns": 21}, "/steps/0/max_turns"),
        ({"max_turns": 0}, "/steps/0/max_turns"),
        ({"max_tokens": 99}, "/steps/0/max_tokens"),
        ({"max_cost": "-1"}, "/steps/0/max_cost"),
        ({"max_cost": "0.0000001"}, "/steps/0/max_cost"),
        ({"timeout_seconds": 3601}, "/steps/0/timeout_seconds"),
        ({"answer": {"type": "array"}}, "/steps/0/answer"),
        ({"answer": {"type": "object", "$ref": "#/x"}}, "/steps/0/answer"),
        ({"agent_id": "0" * 32}, "/steps/0"),
        ({"bot_id": "0" * 32}, "/steps/0/task"),
        ({"agent_id": None}, "/steps/0"),
        ({"speed": 9}, "/steps/0/speed"),
    ],
)
def test_a_wrong_step_is_pointed_at(api, ada, council, agent, wrong, pointer):
    step = {"agent_id": str(agent.id), "task": "Weigh it"} | wrong

    refused = api.with_key(ada).post(URL, json=body(council, step))

    assert refused.status_code == 422
    assert [each["pointer"] for each in refused.json["errors"]] == [pointer]


def test_an_agent_that_retired_does_no_step(api, ada, council, agent):
    agent.status = AgentStatus.RETIRED
    stored(agent)
    step = {"agent_id": str(agent.id), "task": "Weigh it"}

    refused = api.with_key(ada).post(URL, json=body(council, step))

    assert refused.status_code == 422
    assert refused.json["errors"][0]["detail"] == "This agent is retired."


def test_the_form_takes_an_agent_with_its_brief_beside_a_bot(
    client, ada, uma, council, agent
):
    bot = scales(uma)
    steps = {
        "0-actor": f"agent:{agent.id}",
        "0-task": "Is ${parcel} heavy?",
        "0-answer": json.dumps(VERDICT),
        "0-max_turns": "3",
        "0-max_cost": "0.25",
        "1-actor": f"bot:{bot.id}",
        "1-task": "what a bot is not asked",
    }

    saved = client.as_(ada).post("/workflow-types/new", data=filled(council, **steps))

    assert saved.status_code == 303
    first, second = only_type().steps
    assert (first.agent_id, first.brief) == (
        agent.id,
        brief_of(
            task="Is ${parcel} heavy?",
            answer=VERDICT,
            max_turns=3,
            max_tokens=50_000,
            max_cost="0.25",
            timeout_seconds=300,
        ),
    )
    assert (second.bot_id, second.brief) == (bot.id, None)


def test_what_was_typed_wrongly_stands_beside_its_field(client, ada, council, agent):
    steps = {
        "0-actor": f"agent:{agent.id}",
        "0-task": "Weigh it well",
        "0-answer": "{nonsense",
        "0-max_turns": "lots",
        "0-max_cost": "1e9",
    }

    refused = client.as_(ada).post("/workflow-types/new", data=filled(council, **steps))

    assert refused.status_code == 422
    for name in ("answer", "max_turns", "max_cost"):
        assert f'id="steps-0-{name}-error"' in refused.text
    assert "Weigh it well" in refused.text
    assert "{nonsense" in refused.text
    assert f'<option selected value="agent:{agent.id}">' in refused.text


def test_a_step_changes_from_bot_to_agent_and_back(client, ada, uma, council, agent):
    bot = scales(uma)
    type_ = make_thinking_type(council, agent, bot)
    browser = client.as_(ada)
    page = browser.get(f"/workflow-types/{type_.id}/edit").text
    steps = {
        "0-actor": f"bot:{bot.id}",
        "1-actor": f"agent:{agent.id}",
        "1-task": "Weigh it",
    }

    browser.post(f"/workflow-types/{type_.id}/edit", data=filled(council, **steps))

    assert "Is the parcel ${parcel} heavy?" in page
    first, second = only_type().steps
    assert (first.bot_id, first.agent_id, first.brief) == (bot.id, None, None)
    assert (second.bot_id, second.agent_id) == (None, agent.id)


def test_the_page_of_a_type_tells_the_task_and_the_limits(
    client, ada, uma, council, agent, statements
):
    type_ = make_thinking_type(council, agent, scales(uma), max_cost="0.5")
    browser, url = client.as_(ada), f"/workflow-types/{type_.id}"
    statements.clear()

    page = browser.get(url).text

    assert len([s for s in statements if "clock_timestamp" not in s]) == 2
    assert "Weigher" in page
    assert "Is the parcel ${parcel} heavy?" in page
    assert "At most 4 turns, 5,000 tokens" in page
    assert "$0.5" in page


def test_only_admins_make_types(client, uma, council, agent):
    step = {"0-actor": f"agent:{agent.id}", "0-task": "Weigh it"}

    refused = client.as_(uma).post("/workflow-types/new", data=filled(council, **step))

    assert refused.status_code == 403
