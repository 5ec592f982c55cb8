"""With what an agent thinks in a step: taken when proposed, checked when it runs."""

import re
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dashboard.agents.models import Agent, AgentTool
from dashboard.ai_models.models import AIModel
from dashboard.audit import digest
from dashboard.bots.models import BotVersion
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.prompts import content, reading
from dashboard.prompts.models import PromptVersion
from dashboard.thinking.schemas import (
    Brief,
    Named,
    Pinned,
    PinnedLimits,
    PinnedModel,
    PinnedPrompt,
    PinnedTool,
)

LONGEST_NAME = 48
PLACE = "type_id"
"""Beside which field of a proposal it is said that its type cannot be used."""


def pin(agent_id: UUID, brief: Brief) -> Pinned:
    """The agent's prompt, model and tools as they are now, with this task."""
    agent = thinker(agent_id)
    return Pinned(
        agent=Named(id=agent.id, name=agent.name),
        prompt=pinned_prompt(agent),
        model=pinned_model(agent),
        parameters={**model_of(agent).parameters, **agent.parameters},
        tools=list(pinned_tools(agent)),
        task=brief.task,
        answer=brief.answer,
        limits=PinnedLimits(
            turns=brief.max_turns,
            tokens=brief.max_tokens,
            cost=least(brief.cost, agent.spend_per_run),
            seconds=brief.timeout_seconds,
        ),
    )


def thinker(agent_id: UUID) -> Agent:
    """The agent with its mind, or why it cannot do anything now."""
    agent = db.session.scalars(
        select(Agent)
        .where(Agent.id == agent_id)
        .options(joinedload(Agent.ai_model), joinedload(Agent.prompt))
        .execution_options(populate_existing=True)
    ).one()
    if not agent.is_active:
        raise unusable(agent, f"is {agent.status.value}")
    if agent.ai_model is None:
        raise unusable(agent, "has no AI model yet")
    if not agent.ai_model.is_active:
        raise unusable(agent, f"thinks with {agent.ai_model}, which is switched off")
    if agent.prompt is None:
        raise unusable(agent, "has no prompt yet")
    return agent


def unusable(agent: Agent, why: str) -> Invalid:
    sentence = f"A step of this type is the agent {agent.name}'s, and it {why}."
    return Invalid({PLACE: sentence})


def model_of(agent: Agent) -> AIModel:
    assert agent.ai_model is not None  # noqa: S101  # thinker has looked
    return agent.ai_model


def pinned_prompt(agent: Agent) -> PinnedPrompt:
    prompt = agent.prompt
    assert prompt is not None  # noqa: S101  # thinker has looked
    version = reading.resolve(prompt.id, agent.prompt_label)
    if version is None:
        nothing = f"follows the label {agent.prompt_label}, which {prompt} lacks"
        raise unusable(agent, nothing)
    return PinnedPrompt(
        id=prompt.id,
        name=prompt.name,
        label=agent.prompt_label,
        version_id=version.id,
        version=version.number,
        content=version.content_hash,
    )


def pinned_model(agent: Agent) -> PinnedModel:
    model = model_of(agent)
    return PinnedModel(
        id=model.id,
        name=model.name,
        provider=model.provider.value,
        model_id=model.model_id,
        base_url=model.base_url,
    )


def pinned_tools(agent: Agent) -> Iterator[PinnedTool]:
    """Its bots, each at the version that is active now."""
    rows: Any = db.session.execute(
        select(AgentTool, BotVersion)
        .join(BotVersion, BotVersion.bot_id == AgentTool.bot_id)
        .where(AgentTool.agent_id == agent.id, BotVersion.is_active)
        .options(joinedload(BotVersion.bot))
        .order_by(AgentTool.id)
    )
    taken: set[str] = set()
    for tool, version in rows:
        yield PinnedTool(
            name=name_for(version.bot.name, taken),
            bot=Named(id=version.bot.id, name=version.bot.name),
            version_id=version.id,
            version=version.number,
            content=version.content_hash,
            description=tool.description or version.bot.description,
            input_schema=tool.input_schema,
        )


def name_for(bot: str, taken: set[str]) -> str:
    """The name by which a model calls it: letters, digits and _, once each."""
    plain = re.sub(r"[^a-z0-9]+", "_", bot.lower()).strip("_")[:LONGEST_NAME] or "bot"
    name, count = plain, 1
    while name in taken:
        count += 1
        name = f"{plain}_{count}"
    taken.add(name)
    return name


def least(*limits: int | None) -> int | None:
    return min((each for each in limits if each is not None), default=None)


def hash_of(pinned: dict[str, Any]) -> str:
    """What stands for a mind as a content hash stands for code."""
    return digest(pinned)


def drifted(pinned: Pinned) -> list[str]:
    """How what is stored now differs from what was pinned, in sentences."""
    return [
        *other_prompt(pinned.prompt),
        *other_model(pinned.model),
        *other_tools(pinned.tools),
    ]


def other_prompt(pinned: PinnedPrompt) -> Iterator[str]:
    version = db.session.get(PromptVersion, pinned.version_id, populate_existing=True)
    found = content.hash_of(version.content) if version else "nothing"
    if found != pinned.content:
        yield (
            f"The prompt {pinned.name} v{pinned.version} has other content: "
            f"approved {short(pinned.content)}, found {short(found)}."
        )


def other_model(pinned: PinnedModel) -> Iterator[str]:
    model = db.session.get(AIModel, pinned.id, populate_existing=True)
    if model is None:
        yield f"The model {pinned.name} is gone."
        return
    approved = f"{pinned.model_id} at {pinned.base_url}"
    found = f"{model.model_id} at {model.base_url}"
    if found != approved:
        yield (
            f"The model {model} is not the one that was approved: "
            f"approved {approved}, found {found}."
        )
    if not model.is_active:
        yield f"The model {model} is switched off."


def other_tools(pinned: Sequence[PinnedTool]) -> Iterator[str]:
    wanted = [tool.version_id for tool in pinned]
    if not wanted:
        return
    stored = db.session.scalars(select(BotVersion).where(BotVersion.id.in_(wanted)))
    found = {version.id: version.true_hash for version in stored}
    for tool in pinned:
        now = found.get(tool.version_id, "nothing")
        if now != tool.content:
            yield (
                f"The bot {tool.bot.name} v{tool.version}, which may be called, has "
                f"other content: approved {short(tool.content)}, found {short(now)}."
            )


def short(content_hash: str) -> str:
    return content_hash.removeprefix("sha256:")[:12]
