"""What the type pages show besides the type."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, literal, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentStatus
from dashboard.bots.models import Bot, BotStatus
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.workflow_types.models import TypeStep, WorkflowType

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(WorkflowType.council),
    joinedload(WorkflowType.steps).joinedload(TypeStep.bot),
    joinedload(WorkflowType.steps)
    .joinedload(TypeStep.agent)
    .load_only(Agent.name, Agent.status),
)
"""A type with its council, bots and agents, in one statement."""


def councils_offered(type_: WorkflowType | None) -> Sequence[Row[UUID, str]]:
    """Councils that decide, and the one this type has."""
    own = type_.council_id if type_ else None
    free = Council.archived_at.is_(None)
    councils = select(Council.id, Council.name).where(or_(free, Council.id == own))
    return db.session.execute(councils.order_by(Council.name)).all()


def actors_offered(type_: WorkflowType | None) -> Sequence[Row[str, UUID, str]]:
    """Bots that can run, then agents, and those this type has: one statement."""
    steps = type_.steps if type_ else []
    own_bots = Bot.id.in_([step.bot_id for step in steps])
    own_agents = Agent.id.in_([step.agent_id for step in steps])
    bots = select(literal("bot").label("kind"), Bot.id, Bot.name).where(
        or_(Bot.status != BotStatus.ARCHIVED, own_bots)
    )
    agents = select(literal("agent").label("kind"), Agent.id, Agent.name).where(
        or_(Agent.status != AgentStatus.RETIRED, own_agents)
    )
    both = bots.union_all(agents).subquery()
    offered = select(both).order_by(both.c.kind.desc(), both.c.name)
    return db.session.execute(offered).all()
