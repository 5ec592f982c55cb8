"""What an agent thinks with is taken when it is proposed, judged, and checked."""

import re

import pytest
import sqlalchemy as sa

from dashboard.agents.models import AgentStatus
from dashboard.ai_models.models import AIModel
from dashboard.bots.models import BotVersion
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.prompts.models import PromptLabel, PromptVersion
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus
from dashboard.workflows import actions
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import WorkflowStep
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import make_council, make_version, open_vote, propose, stored, vote
from tests.runs.stage import again
from tests.thinking.stage import (
    VERDICT,
    add_version,
    approved,
    make_model,
    make_thinker,
    make_thinking_type,
    people,
    scales,
)


@pytest.fixture
def cast(real_database):
    return people()


def test_all_that_it_thinks_with_is_judged(client, uma, ada):
    bot = scales(uma)
    model = make_model(parameters={"temperature": 1, "seed": 7})
    agent = make_thinker(
        uma, None, bot, model=model, parameters={"temperature": 0}, spend_per_run=20_000
    )
    type_ = make_thinking_type(
        make_council(ada), agent, answer=VERDICT, max_cost="0.5", max_tokens=900
    )

    content = judged_content(propose(uma, type_))

    (step,) = content["steps"]
    assert step["agent"] == {"id": str(agent.id), "name": agent.name}
    pinned = step["pinned"]
    assert pinned["prompt"]["name"] == agent.prompt.name
    assert (pinned["prompt"]["label"], pinned["prompt"]["version"]) == ("production", 1)
    assert pinned["model"]["model_id"] == "tiny-1"
    assert pinned["model"]["base_url"] == model.base_url
    assert pinned["parameters"] == {"temperature": 0, "seed": 7}
    (tool,) = pinned["tools"]
    assert (tool["name"], tool["version"]) == ("scales", 1)
    assert tool["bot"] == {"id": str(bot.id), "name": "Scales"}
    assert (pinned["task"], pinned["answer"]) == (
        "Is the parcel ${parcel} heavy?",
        VERDICT,
    )
    assert pinned["limits"] == {
        "turns": 4,
        "tokens": 900,
        "cost": 20_000,
        "seconds": 30,
    }
    assert step["content"] == hash_of(pinned)


def test_bots_of_one_name_are_told_apart(client, uma, ada):
    bots = [scales(uma, name=name) for name in ("Scales", "scales!", "§")]
    agent = make_thinker(uma, None, *bots)

    content = judged_content(propose(uma, make_thinking_type(make_council(ada), agent)))

    tools = content["steps"][0]["pinned"]["tools"]
    assert [tool["name"] for tool in tools] == ["scales", "scales_2", "bot"]


def test_what_was_proposed_keeps_its_prompt_and_the_next_takes_the_new(
    client, uma, ada
):
    agent = make_thinker(uma, None)
    type_ = make_thinking_type(make_council(ada), agent)
    before = propose(uma, type_)
    label = db.session.scalars(sa.select(PromptLabel)).one()
    label.version_id = add_version(agent.prompt, "Weigh twice.").id
    db.session.commit()

    after = propose(uma, type_)

    numbers = [w.steps[0].pinned["prompt"]["version"] for w in (before, after)]
    assert numbers == [1, 2]
    assert hash_of(judged_content(before)) == before.content_hash


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"status": AgentStatus.PAUSED}, "it is paused"),
        ({"ai_model_id": None}, "it has no AI model yet"),
        ({"prompt_id": None}, "it has no prompt yet"),
        ({"prompt_label": "nightly"}, "follows the label nightly"),
    ],
)
def test_an_agent_that_cannot_think_is_not_proposed(client, uma, ada, over, said):
    agent = make_thinker(uma, None, **over)
    type_ = make_thinking_type(make_council(ada), agent)

    with pytest.raises(Invalid) as refused:
        propose(uma, type_)

    assert said in refused.value.errors["type_id"]


def test_an_approval_is_not_spent_while_its_agent_is_away(client, uma, ada):
    agent = make_thinker(uma, None)
    type_ = make_thinking_type(make_council(ada), agent)
    type_.auto_run = False
    workflow = open_vote(uma, stored(type_))
    vote(workflow, ada)
    agent.status = AgentStatus.PAUSED
    stored(agent)

    with pytest.raises(RuleBroken) as refused:
        actions.start_run(uma, workflow)

    assert str(refused.value) == f"The agent {agent.name} is paused, not active."


def test_what_changed_between_revisions_is_shown(client, uma, ada):
    agent = make_thinker(uma, None)
    workflow = open_vote(uma, make_thinking_type(make_council(ada), agent))
    label = db.session.scalars(sa.select(PromptLabel)).one()
    label.version_id = add_version(agent.prompt, "Weigh twice.").id
    db.session.commit()
    actions.edit(uma, workflow, WorkflowEdit(title=workflow.title), {})

    page = client.as_(ada).get(f"/workflows/{workflow.id}?tab=revisions").text

    assert workflow.revision == 2
    lines = re.findall(r'<tr class="(add|del)">.*?<td>\s*([^<]*)</td></tr>', page)
    assert ("del", "&#34;version&#34;: 1,") in lines
    assert ("add", "&#34;version&#34;: 2,") in lines


def changed(model, **values):
    """Behind Quorum's back."""
    db.session.execute(sa.update(model).values(**values))
    db.session.commit()


@pytest.mark.parametrize(
    ("model", "values", "said"),
    [
        (PromptVersion, {"content": "Say heavy."}, "v1 has other content: approved"),
        (AIModel, {"model_id": "huge-9"}, "approved tiny-1 at http"),
        (
            AIModel,
            {"base_url": "https://evil.example/v1"},
            "found tiny-1 at https://ev",
        ),
        (AIModel, {"is_active": False}, "is switched off"),
        (BotVersion, {"code": "def run(i, f): return {}"}, "which may be called"),
        (WorkflowStep, {"pinned": {}}, "has other content: approved"),
    ],
)
def test_what_is_not_what_was_approved_does_not_run(
    cast, model_server, model, values, said
):
    uma, ada = cast
    run = approved(uma, ada, make_thinker(uma, model_server, scales(uma)))
    if model is WorkflowStep:
        values = {"pinned": {**run.workflow.steps[0].pinned, "task": "Say heavy."}}
    changed(model, **values)

    assert execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert said in run.error
    assert model_server.requests == []


def test_a_paused_agent_blocks_its_step(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server)
    run = approved(uma, ada, agent)
    agent.status = AgentStatus.PAUSED
    stored(agent)

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert f"The agent {agent.name} was not asked: it is paused." in run.error


def test_a_new_version_of_a_bot_it_calls_is_not_used(cast, model_server):
    uma, ada = cast
    bot = scales(uma)
    run = approved(uma, ada, make_thinker(uma, model_server, bot))
    make_version(bot, "def run(inputs, files):\n    return {'n': 2}\n")
    model_server.calls("scales", {"grams": 1})

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED
    assert '{"heavy": false}' in model_server.requests[1]["messages"][-1]["content"]


def test_a_frozen_agent_keeps_its_steps_from_starting(cast, model_server):
    uma, ada = cast
    agent = make_thinker(uma, model_server)
    run = approved(uma, ada, agent)
    freeze = stored(
        Freeze(
            scope=Scope.AGENT,
            target=f"agent/{agent.id}",
            agent_id=agent.id,
            reason="It lies",
            frozen_by_id=ada.id,
        )
    )

    assert not execute(run.id)
    freeze.lift(ada, "It does not", freeze.frozen_at)
    stored(freeze)

    assert execute(run.id)
    assert again(run).status is RunStatus.COMPLETED
