"""What the pages show of models, and what their calls came to."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.ai_models.schemas import ModelQuery
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.prompts.models import Prompt, PromptVersion

SHOWN_DAYS = 30
MOST = 20
"""Rows of each table of usage, the dearest first."""
FAILED = sa.case((ModelCall.status == CallStatus.FAILED, 1))
SUMS = (
    func.count().label("calls"),
    func.count(FAILED).label("failed"),
    func.coalesce(func.sum(ModelCall.tokens_in), 0).label("tokens_in"),
    func.coalesce(func.sum(ModelCall.tokens_out), 0).label("tokens_out"),
    func.coalesce(func.sum(ModelCall.cost), 0).label("cost"),
)


def rows_for(query: ModelQuery) -> Select[*tuple[Any, ...]]:
    """What the list shows, with what each model's calls of a month came to."""
    recent = (
        ModelCall.ai_model_id == AIModel.id,
        ModelCall.queued_at >= since(SHOWN_DAYS),
    )
    calls = select(func.count()).where(*recent).scalar_subquery()
    cost = select(func.coalesce(func.sum(ModelCall.cost), 0)).where(*recent)
    rows: Any = select(
        AIModel.id,
        AIModel.name,
        AIModel.provider,
        AIModel.model_id,
        AIModel.base_url,
        AIModel.usage_type,
        AIModel.key_last4,
        AIModel.sealed_key.is_not(None).label("has_key"),
        AIModel.is_active,
        AIModel.price_in,
        AIModel.price_out,
        AIModel.created_at,
        calls.label("calls"),
        cost.scalar_subquery().label("cost"),
    )
    if query.is_active is not None:
        rows = rows.where(AIModel.is_active.is_(query.is_active))
    if query.usage_type:
        rows = rows.where(AIModel.usage_type == query.usage_type)
    if query.q:
        matches = [
            column.icontains(query.q, autoescape=True)
            for column in (AIModel.name, AIModel.model_id, AIModel.base_url)
        ]
        rows = rows.where(sa.or_(*matches))
    narrowed: Select[*tuple[Any, ...]] = rows
    return narrowed


def usage_of(model: AIModel, days: int) -> dict[str, Any]:
    """What its calls came to: by day, purpose, agent and version of a prompt."""
    return {
        "days": days,
        "by_day": by_day(model, days),
        "by_purpose": by_purpose(model, days),
        "by_agent": by_agent(model, days),
        "by_prompt": by_prompt(model, days),
    }


def by_day(model: AIModel, days: int) -> list[dict[str, Any]]:
    """Every day of the time, those without a call too, oldest first."""
    begins = [since(back + 1) for back in range(days)]
    ago = sa.case(*((ModelCall.queued_at >= at, n) for n, at in enumerate(begins)))
    rows = db.session.execute(
        select(ago.label("ago"), func.count(), func.sum(ModelCall.cost))
        .where(*calls_of(model, days))
        .group_by("ago")
    )
    known = {back: (calls, int(cost)) for back, calls, cost in rows}
    return [
        {"day": at.date().isoformat(), "calls": calls, "cost": cost}
        for back, at in reversed(list(enumerate(begins)))
        for calls, cost in [known.get(back, (0, 0))]
    ]


def by_purpose(model: AIModel, days: int) -> list[Row[Any]]:
    named: Any = select(
        sa.null().label("id"), ModelCall.purpose.label("name"), *SUMS
    ).group_by(ModelCall.purpose)
    return dearest(named, model, days)


def by_agent(model: AIModel, days: int) -> list[Row[Any]]:
    named: Any = select(Agent.id, Agent.name.label("name"), *SUMS)
    joined = named.select_from(ModelCall).join(Agent, Agent.id == ModelCall.agent_id)
    return dearest(joined.group_by(Agent.id, Agent.name), model, days)


def by_prompt(model: AIModel, days: int) -> list[Row[Any]]:
    title = Prompt.name + " v" + sa.cast(PromptVersion.number, sa.String)
    named: Any = select(Prompt.id, title.label("name"), *SUMS)
    version = PromptVersion.id == ModelCall.prompt_version_id
    joined = (
        named.select_from(ModelCall)
        .join(PromptVersion, version)
        .join(Prompt, Prompt.id == PromptVersion.prompt_id)
    )
    return dearest(
        joined.group_by(Prompt.id, Prompt.name, PromptVersion.number), model, days
    )


def dearest(rows: Any, model: AIModel, days: int) -> list[Row[Any]]:
    wanted = rows.where(*calls_of(model, days)).order_by(sa.desc("cost"), "name")
    return list(db.session.execute(wanted.limit(MOST)))


def calls_of(model: AIModel, days: int) -> tuple[sa.ColumnElement[bool], ...]:
    return ModelCall.ai_model_id == model.id, ModelCall.queued_at >= since(days)


def since(days: int) -> datetime:
    """From the midnight, UTC, with which so many days began that end today."""
    midnight = now().replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=days - 1)
