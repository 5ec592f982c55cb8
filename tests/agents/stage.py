"""What an agent thinks with: a model, and a prompt whose labels point somewhere."""

from dashboard.agents.models import AgentTool
from dashboard.prompts.content import hash_of
from dashboard.prompts.models import PRODUCTION, Prompt, PromptLabel, PromptVersion
from tests.factories import make_agent, number, stored
from tests.model_calls.stage import make_model

PROMPT = "You are ${agent}. You look for mistakes."


def make_prompt(name=None, versions=1, content=PROMPT, **over):
    """Versions 1 to n, of which production is the last."""
    prompt = stored(Prompt(name=name or f"Prompt {next(number)}", **over))
    for each in range(1, versions + 1):
        text = content if each == versions else f"{content} Draft {each}."
        version = PromptVersion(
            prompt_id=prompt.id,
            number=each,
            content=text,
            content_hash=hash_of(text),
            message="Made for a test",
        )
        stored(version)
    label = PromptLabel(name=PRODUCTION, version_id=version.id)
    prompt.newest, prompt.labels = versions, [label]
    return stored(prompt)


def make_thinker(name=None, model=None, prompt=None, **over):
    """An agent that can think."""
    mind = {
        "ai_model_id": (model or make_model()).id,
        "prompt_id": (prompt or make_prompt()).id,
    }
    return make_agent(name, **mind | over)


def make_tool(agent, bot, description="Counts lines", schema=None):
    schema = schema or {"type": "object", "properties": {}}
    return stored(
        AgentTool(
            agent_id=agent.id,
            bot_id=bot.id,
            description=description,
            input_schema=schema,
        )
    )
