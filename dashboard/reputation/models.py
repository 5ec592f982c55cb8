"""The ledger behind every agent's score, and how its advice turned out."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.advice.models import Advice
from dashboard.agents.models import Agent
from dashboard.clock import now
from dashboard.database import Model
from dashboard.reputation.formula import Record
from dashboard.users.models import User


class Reason(StrEnum):
    """Why a score changed."""

    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    MANUAL = "manual"


class ReputationEntry(Model):
    """One row of an agent's ledger; rows are added, never changed.

    Each holds the facts it adds, so that every score follows from the rows before it.
    """

    __tablename__ = "reputation_entries"
    __table_args__ = (
        sa.UniqueConstraint("agent_id", "number"),
        sa.UniqueConstraint("agent_id", "source"),
        sa.Index("ix_reputation_entries_at", "at", "agent_id"),
    )

    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id"))
    number: Mapped[int]
    """From 1, without a gap, for each agent."""
    reason: Mapped[Reason]
    source: Mapped[str] = mapped_column(sa.String(60))
    """What it follows from, such as run/<id>: each counts once."""
    workflow_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflows.id"), index=True
    )
    actions: Mapped[int] = mapped_column(default=0)
    successes: Mapped[int] = mapped_column(default=0)
    savings: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Dollars a year that a completed piece of work saves by its own word."""
    adjustment: Mapped[int] = mapped_column(default=0)
    """Points that a person added or took, of 10,000."""
    total_actions: Mapped[int]
    """This and the three below: of this row and all before it."""
    total_successes: Mapped[int]
    total_savings: Mapped[int] = mapped_column(sa.BigInteger)
    total_adjustment: Mapped[int]
    change: Mapped[int]
    score_after: Mapped[int]
    """Of 10,000."""
    formula: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    actor_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    """Whoever adjusted it by hand."""
    at: Mapped[datetime] = mapped_column(default=now)

    agent: Mapped[Agent] = relationship()
    actor: Mapped[User | None] = relationship()

    @property
    def actor_name(self) -> str | None:
        return self.actor.name if self.actor else None

    @property
    def adds(self) -> Record:
        return Record(self.actions, self.successes, self.savings, self.adjustment)

    @property
    def total(self) -> Record:
        """All that this row and those before it add up to."""
        return Record(
            self.total_actions,
            self.total_successes,
            self.total_savings,
            self.total_adjustment,
        )

    def __str__(self) -> str:
        return f"row {self.number}"


class AdviceScore(Model):
    """How one piece of advice turned out when the work it was about had run."""

    __tablename__ = "advice_scores"
    __table_args__ = (sa.Index("ix_advice_scores_agent", "agent_id", "id"),)

    advice_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_advice.id", ondelete="CASCADE"), unique=True
    )
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id"))
    forecast: Mapped[int]
    """Per cent: how likely the advice held it that the work would succeed."""
    succeeded: Mapped[bool]
    brier: Mapped[int]
    """The square of the error, of 10,000: 0 is perfect, 2,500 a coin."""
    at: Mapped[datetime] = mapped_column(default=now)

    advice: Mapped[Advice] = relationship()
