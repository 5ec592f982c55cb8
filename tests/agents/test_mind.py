"""What an agent thinks with, as its form and the API set it."""

import pytest

from dashboard.agents.models import Agent
from dashboard.bots.models import BotStatus
from dashboard.extensions import db
from tests.agents.stage import make_prompt, make_thinker, make_tool
from tests.factories import latest_audit, make_agent, make_bot, stored
from tests.model_calls.stage import make_model

URL = "/api/v1/agents"
UNKNOWN = "019a0000-0000-7000-8000-000000000000"
SCHEMA = {"type": "object", "properties": {"path": {"type": "string"}}}


@pytest.fixture
def prompt(database):
    return make_prompt("Reviewer", versions=6)


@pytest.fixture
def agent(olga):
    """Olga answers for it."""
    return make_agent("Scout", owner_id=olga.id)


def filled(agent, **over):
    owner = {"owner_id": str(agent.owner_id or "")}
    return {"name": agent.name, "status": "active", **owner} | over


def tool(bot, **over):
    return {"bot_id": str(bot.id), "description": "Counts lines"} | over


def refused(answer):
    return [(each["pointer"], each["detail"]) for each in answer.json["errors"]]


def test_the_form_gives_an_agent_a_mind(client, olga, agent, prompt):
    model, bot = make_model(name="Tiny"), make_bot(olga, name="Counter")
    mind = {
        "ai_model_id": str(model.id),
        "prompt_id": str(prompt.id),
        "prompt_label": "production",
        "parameters-temperature": "0.2",
        "parameters-seed": "7",
        "budget_per_run": "0.05",
        "budget_per_day": "2.50",
        "strengths": "numbers",
        "tools-0-bot_id": str(bot.id),
        "tools-0-description": "Counts lines",
        "tools-0-input_schema": '{"type": "object"}',
    }

    form = client.as_(olga).get(f"/agents/{agent.id}/edit").text
    answer = client.post(f"/agents/{agent.id}/edit", data=filled(agent, **mind))

    assert "Reviewer (latest → v6, production → v6)" in form
    assert answer.status_code == 303
    agent = db.session.get(Agent, agent.id)
    assert (agent.ai_model_id, agent.prompt_id) == (model.id, prompt.id)
    assert agent.parameters == {"temperature": 0.2, "seed": 7}
    assert (agent.spend_per_run, agent.spend_per_day) == (50_000, 2_500_000)
    assert agent.strengths == ["numbers"]
    [given] = agent.tools
    assert (given.bot_id, given.description) == (bot.id, "Counts lines")
    assert given.input_schema == {"type": "object"}
    assert "agent_tools" in str(latest_audit().changes.keys())


def test_its_page_says_what_the_label_points_at_and_what_it_may_call(
    client, olga, prompt
):
    model = make_model(name="Tiny")
    agent = make_thinker("Scout", model, prompt, owner_id=olga.id, spend_per_day=10**6)
    make_tool(agent, make_bot(olga, name="Counter"), "Counts the lines")

    page = client.as_(olga).get(f"/agents/{agent.id}?tab=mind").text

    assert "Tiny" in page
    assert "production → v6" in page
    assert "Counter" in page
    assert "Counts the lines" in page
    assert "$0 of $1.00" in page
    assert f"agent={agent.id}" in page
    assert "does not think" not in page


def test_without_a_model_the_page_says_how_to_add_one(client, olga, uma, agent):
    url = f"/agents/{agent.id}?tab=mind"

    owners = client.as_(olga).get(url).text
    others = client.as_(uma).get(url).text

    assert "Scout has no model, so it does not think by itself." in owners
    assert "/ai-models/" in owners
    assert f"/agents/{agent.id}/edit" in owners
    assert "its owner chooses a model and a prompt" in others


def test_a_model_that_is_off_or_no_prompt_is_said_too(client, olga):
    off = make_thinker("Scout", make_model(is_active=False), owner_id=olga.id)
    mute = make_thinker("Mute", owner_id=olga.id)
    mute.prompt_id = None
    stored(mute)
    client.as_(olga)

    assert "Its model is switched off" in client.get(f"/agents/{off.id}?tab=mind").text
    assert "no prompt that says who" in client.get(f"/agents/{mute.id}?tab=mind").text


def test_a_program_sets_and_reads_the_same_mind(api, olga, agent, prompt):
    model, bot = make_model(), make_bot(olga)
    body = {
        "ai_model_id": str(model.id),
        "prompt_id": str(prompt.id),
        "parameters": {"temperature": 0.2, "stop": ["END"]},
        "budget_per_run": 0.05,
        "tools": [tool(bot, input_schema=SCHEMA)],
        "weaknesses": ["dates", "dates"],
    }
    url = f"{URL}/{agent.id}"

    changed = api.with_key(olga).patch(url, json=body).json
    kept = api.patch(url, json={"role": "tester"}).json
    emptied = api.put(url, json={"name": "Scout", "owner_id": str(olga.id)}).json

    assert changed["parameters"] == {"temperature": 0.2, "stop": ["END"]}
    assert changed["prompt_label"] == "production"
    assert (changed["budget_per_run"], changed["budget_per_day"]) == (0.05, None)
    assert changed["tools"] == body["tools"]
    assert changed["weaknesses"] == ["dates"]
    assert kept == changed | {"role": "tester"}
    assert (emptied["ai_model_id"], emptied["tools"]) == (None, [])


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"ai_model_id": UNKNOWN}, "/ai_model_id"),
        ({"prompt_id": UNKNOWN}, "/prompt_id"),
        ({"parameters": {"temperature": 3}}, "/parameters/temperature"),
        ({"parameters": {"model": "other"}}, "/parameters/model"),
        ({"budget_per_day": -1}, "/budget_per_day"),
        ({"last_feedback": "Well done"}, "/last_feedback"),
        ({"tools": [{"bot_id": UNKNOWN, "description": "x y"}]}, "/tools/0/bot_id"),
    ],
)
def test_what_is_wrong_is_pointed_at(api, ada, agent, body, pointer):
    answer = api.with_key(ada).patch(f"{URL}/{agent.id}", json=body)

    assert answer.status_code == 422
    assert [where for where, _ in refused(answer)] == [pointer]


@pytest.mark.parametrize(
    ("over", "place"),
    [
        ({"description": ""}, "description"),
        ({"input_schema": {"type": "text"}}, "input_schema"),
        ({"input_schema": {"type": "array"}}, "input_schema"),
        ({"input_schema": {"type": "object", "$ref": "x"}}, "input_schema"),
    ],
)
def test_a_tool_says_what_for_and_takes_an_object(api, olga, agent, over, place):
    wanted = [tool(make_bot(olga), **over)]

    answer = api.with_key(olga).patch(f"{URL}/{agent.id}", json={"tools": wanted})

    assert answer.status_code == 422
    assert refused(answer)[0][0] == f"/tools/0/{place}"


def test_a_mistake_in_a_tool_stands_in_its_row_and_nothing_is_lost(client, olga, agent):
    bot = make_bot(olga, name="Counter")
    sent = {"tools-0-bot_id": str(bot.id), "tools-0-input_schema": "{oops"}

    answer = client.as_(olga).post(
        f"/agents/{agent.id}/edit", data=filled(agent, **sent, role="tester")
    )

    assert answer.status_code == 422
    assert 'id="tools-0-description-error"' in answer.text
    assert 'id="tools-0-input_schema-error"' in answer.text
    assert "{oops" in answer.text
    assert f'<option selected value="{bot.id}">Counter' in answer.text
    assert 'value="tester"' in answer.text


def test_the_same_bot_is_named_once(api, olga, agent):
    wanted = [tool(make_bot(olga))] * 2

    answer = api.with_key(olga).patch(f"{URL}/{agent.id}", json={"tools": wanted})

    assert (answer.status_code, "named as a tool once" in answer.text) == (422, True)


def test_only_bots_that_the_owner_answers_for(api, olga, otto, agent):
    theirs = [tool(make_bot(otto))]

    answer = api.with_key(olga).patch(f"{URL}/{agent.id}", json={"tools": theirs})

    [(where, why)] = refused(answer)
    assert where == "/tools/0/bot_id"
    assert "Olga does not answer for this bot." in why


def test_nobody_gets_at_an_admins_bots_by_naming_the_admin(api, ada, olga):
    body = {"name": "Sly", "owner_id": str(ada.id), "tools": [tool(make_bot(ada))]}

    answer = api.with_key(olga).post(URL, json=body)

    assert answer.status_code == 422
    assert "Olga does not answer for this bot." in answer.text


def test_an_admin_cannot_lend_what_the_owner_may_not_run(api, ada, olga, agent):
    body = {"tools": [tool(make_bot(ada))]}

    lent = api.with_key(ada).patch(f"{URL}/{agent.id}", json=body)
    own = api.post(URL, json={"name": "Own", "owner_id": str(ada.id), **body})

    assert "Olga does not answer for this bot." in refused(lent)[0][1]
    assert own.status_code == 201


def test_a_new_owner_answers_for_every_bot_or_it_is_refused(api, ada, olga, otto):
    agent = make_agent(owner_id=olga.id)
    make_tool(agent, make_bot(olga))
    url, body = f"{URL}/{agent.id}", {"owner_id": str(otto.id)}

    refusal = api.with_key(ada).patch(url, json=body)
    without = api.patch(url, json=body | {"tools": []})

    assert "Otto does not answer for this bot." in refused(refusal)[0][1]
    assert without.status_code == 200


def test_an_archived_bot_is_not_taken_and_one_it_has_does_not_stop_a_save(
    api, olga, agent
):
    gone = make_bot(olga)
    make_tool(agent, gone)
    gone.status = BotStatus.ARCHIVED
    stored(gone)
    url = f"{URL}/{agent.id}"
    api.with_key(olga)

    kept = api.patch(url, json={"role": "tester"})
    dropped = api.patch(url, json={"tools": []})
    again = api.patch(url, json={"tools": [tool(gone)]})

    assert (kept.status_code, dropped.status_code, again.status_code) == (200, 200, 422)
    assert "This bot is archived." in again.text


def test_a_label_that_points_nowhere_and_a_prompt_put_away_are_refused(
    api, olga, agent, prompt
):
    url = f"{URL}/{agent.id}"
    api.with_key(olga)

    def label(name):
        return api.patch(url, json={"prompt_id": str(prompt.id), "prompt_label": name})

    nowhere, latest = label("staging"), label("latest")

    assert "Reviewer has no label staging." in nowhere.text
    assert (nowhere.status_code, latest.status_code) == (422, 200)


def test_a_model_that_is_off_is_kept_and_not_chosen(api, olga, agent):
    off = make_model(is_active=False)
    body = {"ai_model_id": str(off.id)}
    has = make_thinker("Has", off, owner_id=olga.id)
    api.with_key(olga)

    chosen = api.patch(f"{URL}/{agent.id}", json=body)
    kept = api.patch(f"{URL}/{has.id}", json=body | {"role": "tester"})

    assert (chosen.status_code, kept.status_code) == (422, 200)
    assert "switched on" in chosen.text


def test_the_list_names_the_model(client, api, olga):
    model = make_model(name="Tiny")
    make_thinker("Scout", model)

    page = client.as_(olga).get("/agents/").text
    rows = api.with_key(olga).get(URL).json["items"]

    assert "Tiny" in page
    assert rows[0]["ai_model_id"] == str(model.id)


@pytest.mark.parametrize("size", [0, 8])
def test_the_tab_costs_the_same_however_many_bots(client, olga, statements, size):
    agent = make_thinker(owner_id=olga.id)
    for _ in range(size):
        make_tool(agent, make_bot(olga))
    url = f"/agents/{agent.id}?tab=mind"
    client.as_(olga).get(url)
    statements.clear()

    client.get(url)

    # session, agent with model and prompt, tools, the label's version, what it spent
    assert len(statements) == 5, "\n".join(statements)
