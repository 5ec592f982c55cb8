"""Asking a model: a row in the queue. Workers alone speak to models."""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.clock import database_now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall, Purpose
from dashboard.prompts.models import PromptVersion
from dashboard.users.models import User

LONGEST_QUESTION = 1 << 20
"""Characters of JSON; no model reads more."""


@dataclass(frozen=True)
class Question:
    """What a model is asked; with a schema it answers with one JSON object."""

    messages: list[dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)
    schema: dict[str, Any] | None = None
    tools: list[dict[str, Any]] | None = None

    def as_stored(self) -> dict[str, Any]:
        asked = asdict(self)
        if len(json.dumps(asked)) > LONGEST_QUESTION:
            raise RuleBroken("This is more than a model can read. Ask about less.")
        return asked


def ask(
    model: AIModel,
    purpose: Purpose,
    question: Question,
    *,
    key: str,
    asked_by: User | None = None,
    agent: Agent | None = None,
    prompt_version: PromptVersion | None = None,
) -> ModelCall:
    """Queue a call; the caller is inside `audited`. The same key is the same call."""
    known = db.session.scalar(select(ModelCall).where(ModelCall.key == key))
    if known is not None:
        return known
    if not model.is_active:
        raise RuleBroken(f"{model} is switched off. Choose another model.")
    at = database_now(db.session())
    call = ModelCall(
        key=key,
        purpose=purpose,
        ai_model=model,
        agent=agent,
        prompt_version=prompt_version,
        asked_by=asked_by,
        request=question.as_stored(),
        queued_at=at,
        available_at=at,
    )
    db.session.add(call)
    db.session.flush()
    return call


def request_stop(call: ModelCall, at: datetime) -> None:
    """Have a call ended by its worker; the caller is inside `audited`."""
    call.stop(at)
