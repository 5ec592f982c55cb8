"""Freezes: what may not start until somebody lifts them."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User


class Scope(StrEnum):
    """How far a freeze reaches."""

    ALL = "all"
    COUNCIL = "council"
    AGENT = "agent"


class Freeze(Model):
    """A brake: nothing in its scope starts. Votes and clocks go on."""

    __tablename__ = "freezes"
    __table_args__ = (
        sa.Index(
            "ix_freezes_in_force",
            "target",
            unique=True,
            sqlite_where=sa.text("lifted_at IS NULL"),
            postgresql_where=sa.text("lifted_at IS NULL"),
        ),
    )

    scope: Mapped[Scope]
    target: Mapped[str] = mapped_column(sa.String(50))
    """One word for what is frozen, so that it is frozen once at a time."""
    council_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("councils.id"), index=True
    )
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(500))
    frozen_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    frozen_at: Mapped[datetime] = mapped_column(default=now)
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    lifted_at: Mapped[datetime | None]
    lift_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    council: Mapped[Council | None] = relationship()
    agent: Mapped[Agent | None] = relationship()
    frozen_by: Mapped[User] = relationship(foreign_keys=frozen_by_id)
    lifted_by: Mapped[User | None] = relationship(foreign_keys=lifted_by_id)

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Freeze"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Everybody, but for a council's freeze: its members and who sees all."""
        if actor.sees_all:
            return sa.true()
        councils = select(Council.id).where(Council.seen_by(actor))
        return sa.or_(cls.council_id.is_(None), cls.council_id.in_(councils))

    @classmethod
    def stops(
        cls,
        council_id: Any = None,
        agent_id: Any = None,
    ) -> Select[UUID]:
        """The freezes in force that keep work of this council and agent from starting.

        The arguments are ids, or columns of the statement around.
        """
        reach = [cls.scope == Scope.ALL]
        if council_id is not None:
            reach.append(cls.council_id == council_id)
        if agent_id is not None:
            reach.append(cls.agent_id == agent_id)
        return select(cls.id).where(cls.lifted_at.is_(None), sa.or_(*reach))

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None

    def lift(self, by: User, reason: str, at: datetime) -> None:
        if not self.is_in_force:
            raise RuleBroken("This freeze was lifted already.")
        self.lifted_by, self.lift_reason, self.lifted_at = by, reason, at

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        if self.council:
            return f"freeze of {self.council}"
        return f"freeze of {self.agent}" if self.agent else "freeze of everything"
