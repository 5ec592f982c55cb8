"""Agents: who acts, and what they are good at."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User

if TYPE_CHECKING:
    from dashboard.agents.schemas import RestrictionIn
    from dashboard.workflow_types.models import WorkflowType


class AgentStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class Restriction(Model):
    """A kind of work this agent may not ask for, and why."""

    __tablename__ = "agent_restrictions"
    __table_args__ = (sa.UniqueConstraint("agent_id", "type_id"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    type_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_types.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    type: Mapped["WorkflowType"] = relationship()


class Agent(Model):
    """An actor that advises councils and owns work; a person answers for it."""

    __tablename__ = "agents"
    __table_args__ = (sa.Index("ix_agents_status", "status", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    role: Mapped[str] = mapped_column(sa.String(80), default="")
    capabilities: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[AgentStatus] = mapped_column(default=AgentStatus.ACTIVE)
    owner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)

    owner: Mapped[User | None] = relationship()
    restrictions: Mapped[list[Restriction]] = relationship(
        cascade="all, delete-orphan", order_by=Restriction.id
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Agent"]:
        """Everybody signed in knows every agent: names stand on votes and work."""
        return select(cls)

    @classmethod
    def rows_for(cls, text: str = "", status: AgentStatus | None = None) -> Select[Any]:
        rows: Any = select(
            cls.id,
            cls.name,
            cls.description,
            cls.role,
            cls.capabilities,
            cls.status,
            cls.owner_id,
            cls.created_at,
            User.name.label("owner_name"),
        ).outerjoin(cls.owner)
        if status:
            rows = rows.where(cls.status == status)
        return rows.where(cls.name.icontains(text, autoescape=True)) if text else rows

    @property
    def is_active(self) -> bool:
        return self.status is AgentStatus.ACTIVE

    @property
    def is_retired(self) -> bool:
        return self.status is AgentStatus.RETIRED

    def become(self, status: AgentStatus) -> None:
        if self.is_retired and status is not AgentStatus.RETIRED:
            raise RuleBroken("A retired agent stays retired. Create a new one.")
        self.status = status

    def retire(self) -> None:
        if self.is_retired:
            raise RuleBroken("This agent is retired already.")
        self.status = AgentStatus.RETIRED

    def restrict(self, wanted: "list[RestrictionIn]") -> None:
        """Make these, and only these, the types it may not ask for."""
        known = {each.type_id: each for each in self.restrictions}
        self.restrictions = [
            known.get(each.type_id) or Restriction(type_id=each.type_id)
            for each in wanted
        ]
        for row, each in zip(self.restrictions, wanted, strict=True):
            row.reason = each.reason

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is not Permission.AGENT_WRITE or self.owner_id == actor.id:
            return True
        return Permission.USER_WRITE in actor.grants or self.owner_id is None

    def __str__(self) -> str:
        return self.name
