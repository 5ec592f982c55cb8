"""What an agent thinks with: a model, a prompt at a label, bots to call, a budget."""

from collections.abc import Iterable
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.agents.schemas import AgentIn, ToolIn
from dashboard.ai_models.models import AIModel, in_micros
from dashboard.ai_models.parameters import plain
from dashboard.bots.models import Bot
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission, can
from dashboard.prompts.models import LATEST, Prompt, PromptLabel
from dashboard.users.models import User

NOT_THE_OWNERS = (
    "{} does not answer for this bot. An agent calls only bots that its owner may run."
)


def furnish(actor: Actor, agent: Agent, wanted: AgentIn) -> None:
    """Check what is new about its mind, and make it so; what it has may stay."""
    check_model(agent, wanted.ai_model_id)
    check_prompt(agent, wanted.prompt_id, wanted.prompt_label)
    check_tools(actor, agent, wanted)
    agent.ai_model_id = wanted.ai_model_id
    agent.prompt_id = wanted.prompt_id
    agent.prompt_label = wanted.prompt_label
    agent.parameters = plain(wanted.parameters)
    agent.spend_per_run = micros(wanted.budget_per_run)
    agent.spend_per_day = micros(wanted.budget_per_day)
    if wanted.tools or agent.tools:
        agent.give(wanted.tools)


def micros(dollars: Decimal | None) -> int | None:
    return None if dollars is None else in_micros(dollars)


def check_model(agent: Agent, model_id: UUID | None) -> None:
    if model_id in {None, agent.ai_model_id}:
        return
    usable = select(AIModel.id).where(AIModel.id == model_id, AIModel.is_active)
    if db.session.scalar(usable) is None:
        raise Invalid({"ai_model_id": "There is no such model that is switched on."})


def check_prompt(agent: Agent, prompt_id: UUID | None, label: str) -> None:
    """A label must point at something when it is chosen; later it may move."""
    if prompt_id is None or (prompt_id, label) == (agent.prompt_id, agent.prompt_label):
        return
    prompt = db.session.get(Prompt, prompt_id)
    if prompt is None or prompt.is_archived:
        raise Invalid({"prompt_id": "There is no such prompt in use."})
    if label == LATEST:
        return
    pointing = select(PromptLabel.id).where(
        PromptLabel.prompt_id == prompt_id, PromptLabel.name == label
    )
    if db.session.scalar(pointing) is None:
        raise Invalid({"prompt_label": f"{prompt} has no label {label}."})


def check_tools(actor: Actor, agent: Agent, wanted: AgentIn) -> None:
    """Say which row is wrong. A new owner has to answer for every bot, not only new."""
    known = {tool.bot_id for tool in agent.tools} if agent.id else set()
    handed_on = agent.owner_id != wanted.owner_id
    asked = [
        (place, tool)
        for place, tool in enumerate(wanted.tools)
        if handed_on or tool.bot_id not in known
    ]
    if not asked:
        return
    owner = db.session.get(User, wanted.owner_id) if wanted.owner_id else None
    bots = bots_of(actor, (tool for _, tool in asked))
    for place, tool in asked:
        bot = bots.get(tool.bot_id)
        if why := why_not(bot, actor, owner, is_new=tool.bot_id not in known):
            raise Invalid({f"tools.{place}.bot_id": why})


def bots_of(actor: Actor, tools: Iterable[ToolIn]) -> dict[UUID, Bot]:
    wanted = Bot.visible_to(actor).where(Bot.id.in_([tool.bot_id for tool in tools]))
    return {bot.id: bot for bot in db.session.scalars(wanted)}


def why_not(bot: Bot | None, actor: Actor, owner: User | None, *, is_new: bool) -> str:
    """What keeps a bot from being called by an agent of this owner, in a sentence."""
    if bot is None:
        return "There is no such bot."
    if is_new and bot.is_archived:
        return "This bot is archived. Choose another one."
    for person in (actor, owner):
        if person and not can(person, Permission.BOT_WRITE, bot):
            return NOT_THE_OWNERS.format(person.name)
    return ""
