"""What calls of models came to, version by version."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, select

from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.prompts.models import Prompt, PromptVersion

MOST = 50
FINAL = [status for status in CallStatus if status.is_final]


def usage_of(prompt: Prompt) -> Sequence[Row[Any]]:
    """Of each version that was used: calls, steps of agents, tokens, cost, success."""
    completed = sa.case((ModelCall.status == CallStatus.COMPLETED, 1), else_=0)
    ended = sa.case((ModelCall.status.in_(FINAL), 1), else_=0)
    return db.session.execute(
        select(
            PromptVersion.number,
            sa.func.count(ModelCall.id).label("calls"),
            sa.func.sum(completed).label("completed"),
            sa.func.sum(ended).label("ended"),
            sa.func.count(ModelCall.execution_id.distinct()).label("steps"),
            sa.func.sum(ModelCall.tokens_in).label("tokens_in"),
            sa.func.sum(ModelCall.tokens_out).label("tokens_out"),
            sa.func.sum(ModelCall.cost).label("cost"),
            sa.func.max(ModelCall.queued_at).label("last_at"),
        )
        .join(ModelCall, ModelCall.prompt_version_id == PromptVersion.id)
        .where(PromptVersion.prompt_id == prompt.id)
        .group_by(PromptVersion.number)
        .order_by(PromptVersion.number.desc())
        .limit(MOST)
    ).all()
