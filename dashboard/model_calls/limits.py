"""What a call may cost, and how many there may be: asked before it is made.

Whoever asks holds the model's row, and the agent's, so that two who ask at the same
time cannot both have what is left.
"""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, func, select

from dashboard.agents.models import Agent
from dashboard.ai_models.models import MICROS, AIModel
from dashboard.extensions import db
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.models import ModelCall, Problem
from dashboard.model_calls.times import SLACK, first_id, midnight
from dashboard.model_calls.tokens import most_read_by
from dashboard.model_calls.wording import most_written

MINUTE = timedelta(minutes=1)


def most_cost_of(model: AIModel, request: dict[str, Any]) -> int:
    """What one try may cost at most, as far as that can be known before."""
    return model.cost_of(most_read_by(request), most_written(model, request))


def refuse_over_limit(call: ModelCall, at: datetime, most_cost: int | None) -> None:
    """Raise the fault that keeps this call from being made now."""
    model = held(AIModel, call.ai_model_id)
    agent = held(Agent, call.agent_id) if call.agent_id else None
    if not model.is_active:
        raise Fault(Problem.REFUSED, f"{model} is switched off.")
    worst = most_cost_of(model, call.request)
    if most_cost is not None and worst > most_cost:
        left = f"{money(most_cost)} is left for this step"
        raise over(f"This call may cost {money(worst)}, and {left}.")
    refuse_hurry(call, model, at)
    ours = ModelCall.ai_model_id == model.id
    refuse_spending(call, ours, str(model), model.spend_per_day, worst, at)
    if agent is not None:
        its = ModelCall.agent_id == agent.id
        refuse_spending(call, its, str(agent), agent.spend_per_day, worst, at)


def held(kind: type[Any], id_: Any) -> Any:
    """The record as it is now, locked against others who ask the same."""
    wanted = select(kind).where(kind.id == id_).with_for_update(key_share=True)
    fresh = wanted.execution_options(populate_existing=True)
    return db.session.scalars(fresh).one()


def refuse_hurry(call: ModelCall, model: AIModel, at: datetime) -> None:
    if model.calls_per_minute is None:
        return
    made, first = db.session.execute(
        select(func.count(), func.min(ModelCall.started_at))
        .where(ModelCall.ai_model_id == model.id, ModelCall.id != call.id)
        .where(ModelCall.id >= first_id(at - MINUTE - SLACK))
        .where(ModelCall.started_at > at - MINUTE)
    ).one()
    if first is not None and made >= model.calls_per_minute:
        wait = (first + MINUTE - at).total_seconds()
        limit = f"{model.calls_per_minute} calls a minute"
        when = f"It takes the next one in {max(1, round(wait))} seconds"
        raise over(f"{model} may be asked {limit}. {when}.")


def refuse_spending(
    call: ModelCall,
    whose: ColumnElement[bool],
    name: str,
    limit: int | None,
    worst: int,
    at: datetime,
) -> None:
    """What runs now counts as if it cost all that it may."""
    if limit is None:
        return
    today = midnight(at)
    moment = func.coalesce(ModelCall.ended_at, ModelCall.started_at, at)
    mine = sa.case((ModelCall.id == call.id, 0), else_=ModelCall.reserved)
    spent = db.session.scalar(
        select(func.coalesce(func.sum(ModelCall.cost + mine), 0))
        .where(whose, ModelCall.id >= first_id(today - SLACK))
        .where(moment >= today)
    )
    if int(spent or 0) + worst > limit:
        rest = money(max(0, limit - int(spent or 0)))
        asked = f"This call may cost {money(worst)}"
        of_day = f"{rest} of today's {money(limit)} is left for {name}"
        raise over(f"{asked}, and {of_day}. It works again at midnight, UTC.")


def over(message: str) -> Fault:
    return Fault(Problem.OVER_LIMIT, message)


def money(micros: int) -> str:
    """Dollars, as precise as the sum is small."""
    return f"${micros / MICROS:.{2 if micros >= MICROS or not micros else 4}f}"
