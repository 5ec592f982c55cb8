"""What pages show of an agent's mind, and what its form offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, func, select

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.bots.models import Bot, BotStatus
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import Actor, Permission
from dashboard.prompts.models import LATEST, Prompt, PromptLabel, PromptVersion
from dashboard.prompts.reading import resolve

DAYS = 30


@dataclass(frozen=True)
class Mind:
    """All that an agent thinks with, as it is now, and what that costs."""

    version: PromptVersion | None
    """What its prompt's label points at."""
    spent: Row[int, int, int]

    @property
    def today(self) -> int:
        return self.spent.today


def mind_of(agent: Agent) -> Mind:
    version = resolve(agent.prompt_id, agent.prompt_label) if agent.prompt_id else None
    return Mind(version, spending_of(agent, now()))


def spending_of(agent: Agent, at: datetime) -> Row[int, int, int]:
    """Millionths of a dollar since midnight and in thirty days, and the calls."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    today = sa.case((ModelCall.queued_at >= midnight, ModelCall.cost), else_=0)
    sums: Any = select(
        func.coalesce(func.sum(today), 0).label("today"),
        func.coalesce(func.sum(ModelCall.cost), 0).label("month"),
        func.count(ModelCall.id).label("calls"),
    )
    since = midnight - timedelta(days=DAYS)
    of_agent = sums.where(ModelCall.agent_id == agent.id, ModelCall.queued_at >= since)
    found: Row[int, int, int] = db.session.execute(of_agent).one()
    return found


def models_offered(agent: Agent | None) -> Sequence[Row[UUID, str]]:
    """Models that are on, and the one it has today."""
    today = agent.ai_model_id if agent else None
    models = select(AIModel.id, AIModel.name).where(
        sa.or_(AIModel.is_active, AIModel.id == today)
    )
    return db.session.execute(models.order_by(AIModel.name)).all()


def prompts_offered(agent: Agent | None) -> list[tuple[UUID, str]]:
    """Prompts in use, and its own, each with where its labels point now."""
    today = agent.prompt_id if agent else None
    labelled = (
        select(Prompt.id, Prompt.name, Prompt.newest, PromptLabel.name.label("label"))
        .add_columns(PromptVersion.number)
        .outerjoin(Prompt.labels)
        .outerjoin(PromptLabel.version)
        .where(sa.or_(Prompt.archived_at.is_(None), Prompt.id == today))
        .order_by(Prompt.name, PromptLabel.name)
    )
    names: dict[UUID, str] = {}
    labels: dict[UUID, list[str]] = {}
    for row in db.session.execute(labelled):
        names[row.id] = row.name
        known = labels.setdefault(row.id, [f"{LATEST} → v{row.newest}"])
        if row.label:
            known.append(f"{row.label} → v{row.number}")
    return [(id_, f"{name} ({', '.join(labels[id_])})") for id_, name in names.items()]


def bots_offered(actor: Actor, agent: Agent | None) -> Sequence[Row[UUID, str]]:
    """Bots this person answers for, and those it may call today."""
    today = [tool.bot_id for tool in agent.tools] if agent else []
    usable = Bot.status != BotStatus.ARCHIVED
    if Permission.USER_WRITE not in actor.grants:
        usable = sa.and_(usable, Bot.owner_id == actor.id)
    bots = select(Bot.id, Bot.name).where(sa.or_(usable, Bot.id.in_(today)))
    return db.session.execute(bots.order_by(Bot.name)).all()
