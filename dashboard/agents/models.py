"""Agents: who acts, and what they are good at."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.ai_models.models import AIModel, in_dollars
from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.prompts.models import PRODUCTION, Prompt
from dashboard.users.models import User

if TYPE_CHECKING:
    from dashboard.agents.schemas import RestrictionIn, ToolIn
    from dashboard.workflow_types.models import WorkflowType


class AgentStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    RETIRED = "retired"


class Outcome(StrEnum):
    """How a training went."""

    SUCCESS = "success"
    PARTIAL = "partial"
    FAILURE = "failure"


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


class AgentTool(Model):
    """A bot that an agent may call while it works, in the sandbox like any other."""

    __tablename__ = "agent_tools"
    __table_args__ = (sa.UniqueConstraint("agent_id", "bot_id"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bots.id"), index=True)
    description: Mapped[str] = mapped_column(sa.String(500), default="")
    """What the model is told that it is for."""
    input_schema: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The JSON Schema of what the model may hand to it."""

    bot: Mapped[Bot] = relationship()


class Training(Model):
    """What an agent was taught or shown, and how that went."""

    __tablename__ = "agent_trainings"
    __table_args__ = (sa.Index("ix_agent_trainings_agent", "agent_id", "id"),)

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(40), default="initial")
    """Such as initial, workflow or conversation."""
    topic: Mapped[str] = mapped_column(sa.String(120))
    outcome: Mapped[Outcome]
    score: Mapped[int | None]
    """Of 100, if it was marked."""
    notes: Mapped[str] = mapped_column(sa.Text, default="")
    trained_at: Mapped[datetime] = mapped_column(default=now)
    recorded_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )

    recorded_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return self.topic


class Agent(Model):
    """An actor that advises councils and owns work; a person answers for it."""

    __tablename__ = "agents"
    __table_args__ = (sa.Index("ix_agents_status", "status", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    role: Mapped[str] = mapped_column(sa.String(80), default="")
    capabilities: Mapped[list[str]] = mapped_column(default=list)
    strengths: Mapped[list[str]] = mapped_column(default=list)
    weaknesses: Mapped[list[str]] = mapped_column(default=list)
    last_feedback: Mapped[str] = mapped_column(sa.String(300), default="")
    """What the last rejection said."""
    status: Mapped[AgentStatus] = mapped_column(default=AgentStatus.ACTIVE)
    ai_model_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("ai_models.id"), index=True
    )
    prompt_id: Mapped[UUID | None] = mapped_column(ForeignKey("prompts.id"), index=True)
    prompt_label: Mapped[str] = mapped_column(sa.String(40), default=PRODUCTION)
    """Which of the prompt's versions it follows."""
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Passed on with its calls, over those of its model."""
    spend_per_run: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Millionths of a dollar that one step of its may cost."""
    spend_per_day: Mapped[int | None] = mapped_column(sa.BigInteger)
    reputation: Mapped[int | None]
    """Of 10,000, as its ledger's last row says; none before the first."""
    owner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)

    owner: Mapped[User | None] = relationship()
    ai_model: Mapped[AIModel | None] = relationship()
    prompt: Mapped[Prompt | None] = relationship()
    tools: Mapped[list[AgentTool]] = relationship(
        cascade="all, delete-orphan", order_by=AgentTool.id
    )
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
            cls.ai_model_id,
            AIModel.name.label("ai_model_name"),
            cls.reputation,
            cls.owner_id,
            cls.created_at,
            User.name.label("owner_name"),
        )
        rows = rows.outerjoin(cls.owner).outerjoin(cls.ai_model)
        if status:
            rows = rows.where(cls.status == status)
        return rows.where(cls.name.icontains(text, autoescape=True)) if text else rows

    @property
    def is_active(self) -> bool:
        return self.status is AgentStatus.ACTIVE

    @property
    def can_think(self) -> bool:
        """It has a model that is on, and a prompt that says who it is."""
        has_model = self.ai_model is not None and self.ai_model.is_active
        return has_model and self.prompt_id is not None

    @property
    def is_retired(self) -> bool:
        return self.status is AgentStatus.RETIRED

    @property
    def budget_per_run(self) -> Decimal | None:
        """Dollars, as people give them."""
        return None if self.spend_per_run is None else in_dollars(self.spend_per_run)

    @property
    def budget_per_day(self) -> Decimal | None:
        return None if self.spend_per_day is None else in_dollars(self.spend_per_day)

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

    def give(self, wanted: "list[ToolIn]") -> None:
        """Make these, and only these, the bots it may call."""
        known = {each.bot_id: each for each in self.tools}
        self.tools = [
            known.get(each.bot_id) or AgentTool(bot_id=each.bot_id) for each in wanted
        ]
        for tool, each in zip(self.tools, wanted, strict=True):
            tool.description = each.description
            tool.input_schema = each.input_schema

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is not Permission.AGENT_WRITE or self.owner_id == actor.id:
            return True
        return Permission.USER_WRITE in actor.grants or self.owner_id is None

    def __str__(self) -> str:
        return self.name
