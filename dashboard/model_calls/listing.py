"""What pages and the API read about calls."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import abort
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall, doing_of
from dashboard.model_calls.schemas import CallQuery, WordsQuery
from dashboard.permissions import Actor, find_for
from dashboard.prompts.models import Prompt, PromptVersion
from dashboard.runs.models import Execution
from dashboard.users.models import User

SHOWN = (
    ModelCall.id,
    ModelCall.purpose,
    ModelCall.status,
    ModelCall.problem,
    ModelCall.ai_model_id.label("model_id"),
    AIModel.name.label("model_name"),
    ModelCall.agent_id,
    Agent.name.label("agent_name"),
    ModelCall.asked_by_id,
    User.name.label("asked_by_name"),
    ModelCall.tokens_in,
    ModelCall.tokens_out,
    ModelCall.is_estimate,
    ModelCall.cost,
    ModelCall.tries,
    ModelCall.queued_at,
    ModelCall.started_at,
    ModelCall.ended_at,
)
MOST_OFFERED = 200
PAGE: tuple[ExecutableOption, ...] = (
    joinedload(ModelCall.ai_model).load_only(AIModel.name),
    joinedload(ModelCall.agent).load_only(Agent.name, Agent.owner_id),
    joinedload(ModelCall.asked_by).load_only(User.name),
    joinedload(ModelCall.prompt_version)
    .load_only(PromptVersion.number)
    .joinedload(PromptVersion.prompt)
    .load_only(Prompt.name),
    joinedload(ModelCall.execution).load_only(Execution.run_id, Execution.position),
)
"""A call with everybody it names, in one statement."""


def rows_for(actor: Actor, query: CallQuery) -> Select[*tuple[Any, ...]]:
    """What a list shows: that a call was made and what it cost, not what was said."""
    seen = ModelCall.seen_by(actor).label("is_readable")
    rows: Any = (
        select(*SHOWN, seen)
        .join(ModelCall.ai_model)
        .outerjoin(ModelCall.agent)
        .outerjoin(ModelCall.asked_by)
    )
    asked = {
        ModelCall.ai_model_id: query.model,
        ModelCall.agent_id: query.agent,
        ModelCall.purpose: query.purpose,
        ModelCall.status: query.status,
    }
    found: Select[*tuple[Any, ...]] = rows.where(
        *(column == value for column, value in asked.items() if value is not None)
    )
    return found


def call_for(actor: Actor, call_id: UUID) -> ModelCall:
    """One call with all it names, or 404."""
    return find_for(actor, ModelCall, call_id, *PAGE)


def words_of(actor: Actor, call_id: UUID, query: WordsQuery) -> dict[str, Any]:
    """What came of an answer since somebody looked, or 404."""
    is_same = ModelCall.tries == (
        ModelCall.tries if query.tries is None else query.tries
    )
    known = sa.case((is_same, query.after), else_=0)
    seen = ModelCall.visible_to(actor).where(ModelCall.id == call_id)
    wanted: Any = seen.with_only_columns(
        func.substr(ModelCall.text, known + 1).label("text"),
        func.length(ModelCall.text).label("after"),
        ModelCall.tries,
        ModelCall.status,
        ModelCall.message,
        ModelCall.cancel_requested_at,
    )
    found = db.session.execute(wanted).one_or_none() or abort(404)
    asked = found.cancel_requested_at is not None
    has_words = found.after > 0
    return {
        "text": found.text,
        "after": found.after,
        "tries": found.tries,
        "is_live": not found.status.is_final,
        "doing": doing_of(found.status, found.message, has_words, asked),
    }


def models_offered() -> Sequence[Row[UUID, str]]:
    models = select(AIModel.id, AIModel.name).order_by(AIModel.name)
    return db.session.execute(models.limit(MOST_OFFERED)).all()


def agents_offered() -> Sequence[Row[UUID, str]]:
    """Those that ever called a model could be found, too; those that may are few."""
    thinking = select(Agent.id, Agent.name).where(Agent.ai_model_id.is_not(None))
    return db.session.execute(thinking.order_by(Agent.name).limit(MOST_OFFERED)).all()
