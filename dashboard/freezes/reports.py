"""What the pages show of freezes, and of the work they hold back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentStatus
from dashboard.bots.models import Bot
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.freezes.schemas import FreezeQuery, State
from dashboard.permissions import Actor
from dashboard.runs.models import Run, RunStatus
from dashboard.users.models import User
from dashboard.workflows.models import Workflow, WorkflowStep

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Freeze.council).load_only(Council.name),
    joinedload(Freeze.agent).load_only(Agent.name),
    joinedload(Freeze.frozen_by).load_only(User.name),
    joinedload(Freeze.lifted_by).load_only(User.name),
)
"""A freeze with everybody it names, in one statement."""
MOST = 50


def rows_for(actor: Actor, query: FreezeQuery) -> Select[*tuple[Any, ...]]:
    """What a list shows, without loading a single object."""
    by, lifter = aliased(User), aliased(User)
    rows = (
        select(
            Freeze.id,
            Freeze.scope,
            Freeze.council_id,
            Council.name.label("council_name"),
            Freeze.agent_id,
            Agent.name.label("agent_name"),
            Freeze.reason,
            Freeze.frozen_by_id,
            by.name.label("frozen_by_name"),
            Freeze.frozen_at,
            Freeze.lifted_by_id,
            lifter.name.label("lifted_by_name"),
            Freeze.lifted_at,
            Freeze.lift_reason,
        )
        .outerjoin(Freeze.council)
        .outerjoin(Freeze.agent)
        .join(by, by.id == Freeze.frozen_by_id)
        .outerjoin(lifter, lifter.id == Freeze.lifted_by_id)
        .where(Freeze.seen_by(actor))
    )
    return narrowed(rows, query)


def narrowed(
    rows: Select[*tuple[Any, ...]], query: FreezeQuery
) -> Select[*tuple[Any, ...]]:
    if query.scope:
        rows = rows.where(Freeze.scope == query.scope)
    if query.state:
        held = Freeze.lifted_at.is_(None)
        rows = rows.where(held if query.state is State.IN_FORCE else ~held)
    if query.q:
        rows = rows.where(Freeze.reason.icontains(query.q, autoescape=True))
    return rows


def in_force(actor: Actor) -> Sequence[Row[Any]]:
    """The freezes that hold now and that this person may know of, newest first."""
    rows = rows_for(actor, FreezeQuery(state=State.IN_FORCE))
    return db.session.execute(rows.order_by(Freeze.id.desc()).limit(MOST)).all()


def row_of(actor: Actor, freeze_id: UUID) -> Row[Any] | None:
    rows = rows_for(actor, FreezeQuery()).where(Freeze.id == freeze_id)
    return db.session.execute(rows).one_or_none()


def work_under(freeze: Freeze, actor: Actor) -> Sequence[Row[Any]]:
    """What runs on or waits in the scope of a freeze, as far as this person sees it."""
    rows: Any = (
        select(
            Run.id,
            Run.status,
            Run.queued_at,
            Run.started_at,
            Run.cancel_requested_at,
            Workflow.number,
            Workflow.title,
            Bot.name.label("bot_name"),
        )
        .outerjoin(Run.workflow)
        .outerjoin(Run.bot)
        .where(Run.status.in_([RunStatus.RUNNING, RunStatus.QUEUED]))
        .where(reached_by(freeze), Run.seen_by(actor))
    )
    ordered = rows.order_by(Run.status.desc(), Run.id)
    return db.session.execute(ordered.limit(MOST)).all()


def reached_by(freeze: Freeze) -> sa.ColumnElement[bool]:
    if freeze.scope is Scope.COUNCIL:
        return Workflow.council_id == freeze.council_id
    if freeze.scope is Scope.AGENT:
        does_a_step = Workflow.steps.any(WorkflowStep.agent_id == freeze.agent_id)
        return sa.or_(Workflow.agent_id == freeze.agent_id, does_a_step)
    return sa.true()


def councils_offered() -> Sequence[Row[UUID, str]]:
    councils = select(Council.id, Council.name).where(Council.archived_at.is_(None))
    return db.session.execute(councils.order_by(Council.name)).all()


def agents_offered() -> Sequence[Row[UUID, str]]:
    agents = select(Agent.id, Agent.name).where(Agent.status != AgentStatus.RETIRED)
    return db.session.execute(agents.order_by(Agent.name)).all()
