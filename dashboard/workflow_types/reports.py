"""What the type pages show besides the type."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select
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


def councils_offered() -> Sequence[Row[UUID, str]]:
    councils = select(Council.id, Council.name).where(Council.archived_at.is_(None))
    return db.session.execute(councils.order_by(Council.name)).all()


def bots_offered() -> Sequence[Row[UUID, str]]:
    bots = select(Bot.id, Bot.name).where(Bot.status != BotStatus.ARCHIVED)
    return db.session.execute(bots.order_by(Bot.name)).all()
