"""What is shown of hooks and their calls."""

from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload

from dashboard.errors import HOOKS
from dashboard.extensions import db
from dashboard.hooks.models import Hook, HookCall
from dashboard.permissions import Actor
from dashboard.runs.models import Run

PAGE = (joinedload(Hook.bot), joinedload(Hook.owner))


def row_of(actor: Actor, hook_id: UUID) -> Row[Any] | None:
    rows = Hook.rows_for(actor).where(Hook.id == hook_id)
    return db.session.execute(rows).one_or_none()


def calls_of(hook: Hook) -> Select[Any]:
    """The calls it took, and what became of their runs."""
    return (
        select(
            HookCall.id,
            HookCall.message_id,
            HookCall.run_id,
            HookCall.received_at,
            HookCall.detail,
            Run.status.label("run_status"),
        )
        .outerjoin(Run, Run.id == HookCall.run_id)
        .where(HookCall.hook_id == hook.id)
    )


def address_of(hook_id: UUID) -> str:
    """Where a program calls."""
    return f"{current_app.config['BASE_URL']}{HOOKS}{hook_id}"
