"""Where an agent stands: the councils that hear it, its work, its trainings."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentTool, Restriction, Training
from dashboard.ai_models.models import AIModel
from dashboard.bots.models import Bot
from dashboard.councils.models import Adviser, Council
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.prompts.models import Prompt
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Workflow

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Agent.owner),
    joinedload(Agent.restrictions).joinedload(Restriction.type),
)
"""An agent with its owner and what it may not ask for, in one statement."""
WHOLE: tuple[ExecutableOption, ...] = (
    *PAGE,
    joinedload(Agent.ai_model).load_only(AIModel.name, AIModel.is_active),
    joinedload(Agent.prompt).load_only(Prompt.name),
    selectinload(Agent.tools)
    .joinedload(AgentTool.bot)
    .load_only(Bot.name, Bot.status, Bot.owner_id, Bot.quarantined_at),
)
"""The same with what it thinks with, in two."""


def councils_hearing(agent: Agent, actor: Actor) -> Sequence[Row[Any]]:
    """The councils it advises, of those this person may see."""
    rows: Any = select(Council.id, Council.name, Council.description, Adviser.role)
    rows = rows.join(Adviser, Adviser.council_id == Council.id)
    rows = rows.where(Adviser.agent_id == agent.id, Council.seen_by(actor))
    return db.session.execute(rows.order_by(Council.name).limit(100)).all()


def work_of(agent: Agent, actor: Actor) -> Select[Any]:
    rows: Any = select(
        Workflow.id,
        Workflow.number,
        Workflow.title,
        Workflow.status,
        Workflow.created_at,
    )
    return rows.where(Workflow.agent_id == agent.id, Workflow.seen_by(actor))


def steps_of(agent: Agent, actor: Actor) -> Select[Any]:
    """The steps of runs that it did itself, of those this person may see."""
    rows: Any = (
        select(
            Execution.id,
            Execution.run_id,
            Execution.position,
            Execution.status,
            Execution.message,
            Execution.started_at,
            Execution.ended_at,
            Workflow.id.label("workflow_id"),
            Workflow.number,
            Workflow.title,
        )
        .join(Execution.run)
        .outerjoin(Run.workflow)
    )
    return rows.where(Execution.agent_id == agent.id, Run.seen_by(actor))


def trainings_of(agent: Agent) -> Select[Any]:
    rows: Any = select(
        Training.id,
        Training.kind,
        Training.topic,
        Training.outcome,
        Training.score,
        Training.notes,
        Training.trained_at,
        Training.recorded_by_id,
        User.name.label("recorded_by_name"),
    ).outerjoin(Training.recorded_by)
    return rows.where(Training.agent_id == agent.id)


def possible_owners(agent: Agent | None) -> Sequence[Row[UUID, str]]:
    """Active people, and whoever answers for it today."""
    today = agent.owner_id if agent else None
    people = select(User.id, User.name).where(sa.or_(User.is_active, User.id == today))
    return db.session.execute(people.order_by(User.name)).all()


def types_offered(agent: Agent | None) -> Sequence[Row[UUID, str]]:
    """Types in use, and those it may not ask for today."""
    today = [each.type_id for each in agent.restrictions] if agent else []
    types = select(WorkflowType.id, WorkflowType.name).where(
        sa.or_(WorkflowType.archived_at.is_(None), WorkflowType.id.in_(today))
    )
    return db.session.execute(types.order_by(WorkflowType.name)).all()
