"""What the pages show of grants and secrets."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.grants.models import KIND, Grant, GrantState, StoredSecret
from dashboard.grants.schemas import GrantQuery
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Status, Workflow

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Grant.bot),
    joinedload(Grant.secret).load_only(StoredSecret.name),
    joinedload(Grant.version).load_only(BotVersion.number),
    joinedload(Grant.workflow).load_only(Workflow.number, Workflow.title),
    joinedload(Grant.revoked_by).load_only(User.name),
)
"""A grant with all that it names, in one statement."""
OF_SECRET: tuple[ExecutableOption, ...] = (
    joinedload(StoredSecret.created_by).load_only(User.name),
)
MOST = 50


def state_now() -> sa.ColumnElement[Any]:
    return sa.case(
        (Grant.revoked_at.is_not(None), GrantState.REVOKED.value),
        (Grant.in_force(now()), GrantState.IN_FORCE.value),
        else_=GrantState.EXPIRED.value,
    )


def rows_for(actor: Actor, query: GrantQuery) -> Select[*tuple[Any, ...]]:
    rows = (
        select(
            Grant.id,
            Grant.bot_id,
            Bot.name.label("bot_name"),
            Grant.kind,
            Grant.hosts,
            StoredSecret.name.label("secret_name"),
            BotVersion.number.label("version"),
            Grant.workflow_id,
            Workflow.number.label("workflow_number"),
            state_now().label("state"),
            Grant.granted_at,
            Grant.until,
            Grant.revoked_at,
            User.name.label("revoked_by_name"),
            Grant.revoke_reason,
        )
        .join(Grant.bot)
        .join(Grant.workflow)
        .outerjoin(Grant.secret)
        .outerjoin(Grant.version)
        .outerjoin(Grant.revoked_by)
        .where(Grant.seen_by(actor))
    )
    if query.bot_id:
        rows = rows.where(Grant.bot_id == query.bot_id)
    if query.kind:
        rows = rows.where(Grant.kind == query.kind)
    return rows.where(state_now() == query.state.value) if query.state else rows


def asked_for(actor: Actor, bot: Bot) -> Sequence[Row[Any]]:
    """Proposals for this bot on which nothing was decided yet, or not carried out."""
    rows: Any = (
        select(Workflow.id, Workflow.number, Workflow.title, Workflow.status)
        .where(Workflow.status.in_([Status.DRAFT, Status.OPEN, Status.APPROVED]))
        .where(Workflow.change["kind"].as_string() == KIND)
        .where(Workflow.change["bot_id"].as_string() == str(bot.id))
        .where(Workflow.seen_by(actor))
    )
    found: Sequence[Row[Any]] = db.session.execute(
        rows.order_by(Workflow.id.desc()).limit(MOST)
    ).all()
    return found


def row_of(actor: Actor, grant_id: UUID) -> Row[Any] | None:
    rows = rows_for(actor, GrantQuery()).where(Grant.id == grant_id)
    return db.session.execute(rows).one_or_none()


def types_offered() -> Sequence[Row[UUID, str]]:
    """The types by which a grant can be asked for."""
    types = select(WorkflowType.id, WorkflowType.name).where(
        WorkflowType.decides_grants, WorkflowType.archived_at.is_(None)
    )
    return db.session.execute(types.order_by(WorkflowType.name)).all()


def secret_rows(actor: Actor, text: str = "") -> Select[*tuple[Any, ...]]:
    """Names and dates: what a secret says leaves the database for a bot alone."""
    held = (
        select(sa.func.count(Grant.id))
        .where(Grant.secret_id == StoredSecret.id, Grant.in_force(now()))
        .correlate(StoredSecret)
        .scalar_subquery()
    )
    rows = (
        select(
            StoredSecret.id,
            StoredSecret.name,
            StoredSecret.description,
            User.name.label("created_by_name"),
            StoredSecret.created_at,
            StoredSecret.changed_at,
            held.label("granted_to"),
        )
        .join(StoredSecret.created_by)
        .where(sa.literal(actor.sees_all))
    )
    wanted = StoredSecret.name.icontains(text, autoescape=True)
    return rows.where(wanted) if text else rows


def secret_row(actor: Actor, secret_id: UUID) -> Row[Any] | None:
    rows = secret_rows(actor).where(StoredSecret.id == secret_id)
    return db.session.execute(rows).one_or_none()


def grants_of(actor: Actor, secret: StoredSecret) -> Sequence[Row[Any]]:
    """Where a secret is or was granted, newest first."""
    rows = rows_for(actor, GrantQuery()).where(Grant.secret_id == secret.id)
    return db.session.execute(rows.order_by(Grant.id.desc()).limit(MOST)).all()
