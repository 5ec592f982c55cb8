"""What the type pages show besides the type."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.bots.models import Bot, BotStatus
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.workflow_types.models import TypeStep, WorkflowType

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(WorkflowType.council),
    joinedload(WorkflowType.steps).joinedload(TypeStep.bot),
)
"""A type with its council and bots, in one statement."""


def councils_offered(type_: WorkflowType | None) -> Sequence[Row[UUID, str]]:
    """Councils that decide, and the one this type has."""
    own = type_.council_id if type_ else None
    free = Council.archived_at.is_(None)
    councils = select(Council.id, Council.name).where(or_(free, Council.id == own))
    return db.session.execute(councils.order_by(Council.name)).all()


def bots_offered(type_: WorkflowType | None) -> Sequence[Row[UUID, str]]:
    """Bots that can run, and those this type has."""
    own = [step.bot_id for step in type_.steps] if type_ else []
    free = Bot.status != BotStatus.ARCHIVED
    bots = select(Bot.id, Bot.name).where(or_(free, Bot.id.in_(own)))
    return db.session.execute(bots.order_by(Bot.name)).all()
