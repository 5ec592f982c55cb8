"""What is shown of hooks and their calls."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Row, Select, and_, select
from sqlalchemy.orm import join, joinedload

from dashboard.errors import HOOKS
from dashboard.extensions import db
from dashboard.hooks.models import Hook, HookCall
from dashboard.permissions import Actor
from dashboard.runs.models import Run

PAGE = (joinedload(Hook.bot), joinedload(Hook.owner))


def row_of(actor: Actor, hook_id: UUID) -> Row[Any] | None:
    rows = Hook.rows_for(actor).where(Hook.id == hook_id)
    return db.session.execute(rows).one_or_none()


def calls_of(actor: Actor, hook: Hook) -> Select[Any]:
    """The calls it took; what became of their runs is for those who see them."""
    seen = and_(Run.id == HookCall.run_id, Run.seen_by(actor))
    return (
        select(
            HookCall.id,
            HookCall.message_id,
            Run.id.label("run_id"),
            HookCall.received_at,
            HookCall.detail,
            Run.status.label("run_status"),
        )
        .select_from(join(HookCall, Run, seen, isouter=True))
        .where(HookCall.hook_id == hook.id)
    )


def address_of(hook_id: UUID) -> str:
    """Where a program calls."""
    return f"{current_app.config['BASE_URL']}{HOOKS}{hook_id}"
