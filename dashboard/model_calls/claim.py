"""Which calls are ready, and the transaction by which a worker takes one."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import select

from dashboard.ai_models.models import AIModel
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.limits import most_cost_of, refuse_over_limit
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.model_calls.wording import bodies_of
from dashboard.runs.fence import lease, writing
from dashboard.sealing import Unsealable, unseal


@dataclass(frozen=True)
class Place:
    """Where a model is, and what opens it."""

    base_url: str
    key: str | None
    allow: tuple[str, ...]
    seconds: float

    def __repr__(self) -> str:
        return f"<Place {self.base_url}>"


@dataclass(frozen=True)
class Turn:
    """A call in this worker's hands, for as long as the token holds."""

    call_id: UUID
    purpose: Purpose
    token: str
    tries: int
    request: dict[str, Any]
    bodies: list[dict[str, Any]]
    place: Place
    refused: Fault | None = None
    """Why it may not even be tried."""


def ready(most: int, besides: Collection[UUID] = ()) -> Sequence[UUID]:
    """Calls that may be made now, longest waiting first: a hint, not a promise."""
    waiting = (
        select(ModelCall.id)
        .where(may_start(database_now(db.session())), ModelCall.id.not_in(besides))
        .order_by(ModelCall.available_at, ModelCall.id)
        .limit(most)
    )
    return db.session.scalars(waiting).all()


def may_start(at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(
        ModelCall.status == CallStatus.QUEUED,
        ModelCall.available_at <= at,
        ModelCall.cancel_requested_at.is_(None),
    )


def claim(call_id: UUID) -> Turn | None:
    """Take a queued call; of all workers one succeeds."""
    with writing():
        at = database_now(db.session())
        wanted = select(ModelCall).where(ModelCall.id == call_id, may_start(at))
        call = db.session.scalar(locking(wanted, skip=True))
        return None if call is None else taken(call, at)


def locking(wanted: sa.Select[ModelCall], *, skip: bool = False) -> Any:
    locked = wanted.with_for_update(skip_locked=skip, of=ModelCall)
    return locked.execution_options(populate_existing=True)


def taken(call: ModelCall, at: datetime, most_cost: int | None = None) -> Turn:
    """The call begins, or begins again, in the hands of whoever holds the token."""
    refused = None
    try:
        refuse_over_limit(call, at, most_cost)
        key = key_of(call.ai_model)
    except Fault as fault:
        refused, key = fault, None
    call.status, call.token = CallStatus.RUNNING, secrets.token_hex(16)
    call.tries += 1
    call.started_at = None if refused else at
    call.first_word_at = call.ended_at = None
    call.lease_until = at + lease()
    call.reserved = 0 if refused else most_cost_of(call.ai_model, call.request)
    call.text, call.tool_calls, call.problem, call.message = "", {}, None, ""
    return Turn(
        call_id=call.id,
        purpose=call.purpose,
        token=call.token,
        tries=call.tries,
        request=call.request,
        bodies=bodies_of(call.ai_model, call.request),
        place=place_of(call.ai_model, key),
        refused=refused,
    )


def place_of(model: AIModel, key: str | None) -> Place:
    allow = current_app.config["OUTBOUND_ALLOW"]
    return Place(model.base_url, key, allow, float(model.timeout_seconds))


def key_of(model: AIModel) -> str | None:
    if model.sealed_key is None:
        return None
    try:
        return unseal(model.sealed_key, model)
    except Unsealable as error:
        raise Fault(Problem.UNAUTHORIZED, str(error)) from error
