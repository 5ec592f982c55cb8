"""Workflow types: the templates from which work is proposed."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission

if TYPE_CHECKING:
    from dashboard.thinking.schemas import StepIn


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"


class TypeKind(StrEnum):
    """Work is run by bots; governance changes who decides, and what bots may reach."""

    WORK = "work"
    GOVERNANCE = "governance"


class TypeStep(Model):
    """One bot of a type in its place, or one agent and what it is to do there."""

    __tablename__ = "workflow_type_steps"
    __table_args__ = (
        sa.UniqueConstraint("type_id", "position"),
        sa.CheckConstraint("(bot_id IS NULL) <> (agent_id IS NULL)", "one_actor"),
    )

    type_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_types.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bots.id"), index=True)
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"), index=True)
    brief: Mapped[dict[str, Any] | None]
    """Of an agent: its task, the schema of its answer, its limits; see `Brief`."""

    bot: Mapped[Bot | None] = relationship()
    agent: Mapped[Agent | None] = relationship()

    @property
    def asked(self) -> dict[str, Any]:
        """The step as somebody would ask for it."""
        return {
            "bot_id": self.bot_id,
            "agent_id": self.agent_id,
            **(self.brief or {}),
        }


class WorkflowType(Model):
    """A kind of work: which bots run, what they are asked, and who decides."""

    __tablename__ = "workflow_types"
    __table_args__ = (sa.Index("ix_workflow_types_archived", "archived_at", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[TypeKind] = mapped_column(default=TypeKind.WORK)
    domain: Mapped[str] = mapped_column(sa.String(80), default="")
    risk: Mapped[Risk] = mapped_column(default=Risk.MEDIUM)
    council_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("councils.id"), index=True
    )
    """The council that decides; without one, the domain says which."""
    input_schema: Mapped[dict[str, Any]]
    rule: Mapped[dict[str, Any] | None]
    auto_run: Mapped[bool] = mapped_column(default=True)
    decides_grants: Mapped[bool] = mapped_column(default=False)
    """A governance type by which a bot may be granted network or a secret."""
    promotes_prompts: Mapped[bool] = mapped_column(default=False)
    """A governance type by which a protected label of a prompt may move."""
    calculator: Mapped[dict[str, Any] | None]
    """How its inputs say what it saves; see `savings.Calculator`."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    council: Mapped[Council | None] = relationship()
    steps: Mapped[list[TypeStep]] = relationship(
        cascade="all, delete-orphan", order_by=TypeStep.position
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["WorkflowType"]:
        """Everybody may propose, so everybody knows what can be proposed."""
        return select(cls)

    @classmethod
    def rows_for(cls, text: str = "", *, archived: bool = False) -> Select[Any]:
        rows: Any = select(
            cls.id,
            cls.name,
            cls.description,
            cls.kind,
            cls.risk,
            cls.domain,
            cls.auto_run,
            cls.council_id,
            cls.created_at,
            cls.archived_at,
            Council.name.label("council_name"),
            (
                select(sa.func.count(TypeStep.id))
                .where(TypeStep.type_id == cls.id)
                .scalar_subquery()
                .label("step_count")
            ),
        ).outerjoin(cls.council)
        when = cls.archived_at.is_not(None) if archived else cls.archived_at.is_(None)
        rows = rows.where(when)
        return rows.where(cls.name.icontains(text, autoescape=True)) if text else rows

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_governance(self) -> bool:
        return self.kind is TypeKind.GOVERNANCE

    def archive(self) -> None:
        if self.is_archived:
            raise RuleBroken("This type is archived already.")
        self.archived_at = now()

    def restore(self) -> None:
        if not self.is_archived:
            raise RuleBroken("This type is not archived.")
        self.archived_at = None

    def step_through(self, wanted: "list[StepIn]") -> None:
        """Make these bots and agents, in this order, the steps."""
        self.steps = self.steps[: len(wanted)]
        for position, each in enumerate(wanted, start=1):
            if position > len(self.steps):
                self.steps.append(TypeStep(position=position))
            step = self.steps[position - 1]
            step.bot_id, step.agent_id = each.bot_id, each.agent_id
            step.brief = each.brief

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return self.name
