"""Where an agent stands: the councils that hear it, the work it owns."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard.agents.models import Agent
from dashboard.councils.models import Adviser, Council
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.workflows.models import Workflow


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


def possible_owners(agent: Agent | None) -> Sequence[Row[UUID, str]]:
    """Active people, and whoever answers for it today."""
    today = agent.owner_id if agent else None
    people = select(User.id, User.name).where(sa.or_(User.is_active, User.id == today))
    return db.session.execute(people.order_by(User.name)).all()
