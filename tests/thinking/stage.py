"""Agents that think: their prompts, their tools, and work that a council approved."""

from itertools import count
from uuid import UUID

from sqlalchemy import select

from dashboard.agents.models import AgentTool
from dashboard.bots.models import BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall, Purpose
from dashboard.permissions import Role
from dashboard.prompts.content import hash_of
from dashboard.prompts.models import Prompt, PromptLabel, PromptVersion
from dashboard.runs.engine import execute
from dashboard.runs.models import Execution, Run, StepStatus
from dashboard.workflow_types.models import TypeStep
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_user,
    number,
    open_vote,
    stored,
    vote,
)
from tests.model_calls.stage import make_call, make_model
from tests.runs.stage import again, finished, logged

WEIGH = """
def run(inputs, files):
    print("weighing", inputs["grams"])
    if inputs["grams"] > 1000:
        raise ValueError("too heavy for these scales")
    return {"heavy": inputs["grams"] > 100}
"""
SLEEP = "import time\ndef run(inputs, files):\n    time.sleep(60)\n"
GRAMS = {
    "type": "object",
    "properties": {"grams": {"type": "integer"}},
    "required": ["grams"],
    "additionalProperties": False,
}
VERDICT = {
    "type": "object",
    "properties": {"heavy": {"type": "boolean"}},
    "required": ["heavy"],
    "additionalProperties": False,
}
ARGUMENTS = {"grams": 300}
ASKED = {"type": "object", "properties": {"parcel": {"type": "string"}}}


def make_prompt(content="You weigh parcels for ${parcel}.", name=None, owner=None):
    """A prompt whose first version is in production."""
    prompt = stored(
        Prompt(name=name or f"Prompt {next(number)}", newest=0, owner=owner)
    )
    version = add_version(prompt, content)
    stored(PromptLabel(prompt=prompt, name="production", version_id=version.id))
    return prompt


def add_version(prompt, content):
    prompt.newest += 1
    return stored(
        PromptVersion(
            prompt_id=prompt.id,
            number=prompt.newest,
            content=content,
            content_hash=hash_of(content),
            message="Made for a test",
        )
    )


def make_thinker(owner, server, *bots, schema=GRAMS, model=None, **over):
    """An agent with a model and a prompt, which may call these bots."""
    tools = [
        AgentTool(bot_id=bot.id, description=f"Use {bot.name}", input_schema=schema)
        for bot in bots
    ]
    fields = {
        "owner_id": owner.id,
        "ai_model_id": (model or make_model(server, timeout_seconds=30)).id,
        "prompt_id": make_prompt().id,
        "tools": tools,
    }
    return make_agent(**fields | over)


def brief_of(**over):
    usual = {"task": "Is the parcel ${parcel} heavy?", "max_turns": 4}
    limits = {"answer": {}, "max_tokens": 5000, "max_cost": None, "timeout_seconds": 30}
    return limits | usual | over


def make_thinking_type(council, agent, *bots, **brief):
    """An agent's step, and after it those of bots."""
    type_ = make_type(council, schema=ASKED, auto_run=True)
    type_.steps.append(TypeStep(position=1, agent_id=agent.id, brief=brief_of(**brief)))
    for position, bot in enumerate(bots, start=2):
        type_.steps.append(TypeStep(position=position, bot_id=bot.id))
    return stored(type_)


def approved(uma, ada, agent, *bots, inputs=None, **brief):
    """The run that a council's approval bought: the agent's step comes first."""
    type_ = make_thinking_type(make_council(ada), agent, *bots, **brief)
    workflow = open_vote(uma, type_, inputs=inputs or {"parcel": "No. 7"})
    vote(workflow, ada)
    return run_of(workflow)


def run_of(workflow):
    return db.session.scalars(select(Run).filter_by(workflow_id=workflow.id)).one()


def done(run):
    """The run after a worker saw it through, and its first step."""
    assert execute(run.id)
    again(run)
    return run, again(run.steps[0])


def called_of(run):
    wanted = select(Execution).where(Execution.run_id == run.id, Execution.sub > 0)
    db.session.rollback()
    fresh = wanted.order_by(Execution.sub).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def calls_of(run):
    """What was asked of models, oldest first."""
    db.session.rollback()
    steps = select(Execution.id).where(Execution.run_id == run.id)
    wanted = select(ModelCall).where(ModelCall.execution_id.in_(steps))
    fresh = wanted.order_by(ModelCall.id).execution_options(populate_existing=True)
    return db.session.scalars(fresh).all()


def thought_through(run, *turns, output=None):
    """The first step of this run, as if its agent had done it in these turns.

    Each is what it wanted to have called: by name the bot that was, or none.
    """
    finished(run, output=output or {"heavy": True})
    step, subs = run.steps[0], count(1)
    mind = run.workflow.steps[0].mind
    logged(step, [f"Turn {n}: answers" for n in range(1, len(turns) + 1)])
    for number_, wanted in enumerate(turns, start=1):
        wishes = [{"id": f"c{n}", "name": n, "arguments": ARGUMENTS} for n in wanted]
        stored(
            make_call(
                run.workflow.steps[0].agent.ai_model,
                key=f"run/{run.id}/1/{number_}",
                purpose=Purpose.STEP,
                execution_id=step.id,
                prompt_version_id=UUID(mind["prompt"]["version_id"]),
                tool_calls={"calls": wishes},
                tokens_in=100,
                tokens_out=50,
                cost=200,
            )
        )
        for bot in wanted.values():
            sub = next(subs)
            if bot:
                logged(made(step, bot, sub), ["weighing 300"])
    return run


def made(step, bot, sub):
    return stored(
        Execution(
            run_id=step.run_id,
            position=step.position,
            sub=sub,
            parent_id=step.id,
            bot_id=bot.id,
            bot_version_id=BotVersion.active_of(bot.id).id,
            status=StepStatus.COMPLETED,
            inputs=ARGUMENTS,
            output={"heavy": True},
            started_at=now(),
            ended_at=now(),
        )
    )


def last_message(server):
    return server.requests[-1]["messages"][-1]


def people():
    """Who proposes, and who decides."""
    return make_user("Uma", role=Role.USER), make_user("Ada")


def scales(owner, code=WEIGH, name="Scales", **over):
    return make_bot(owner, code, name=name, **over)
