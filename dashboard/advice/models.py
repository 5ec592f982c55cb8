"""What agents think of a proposal: shown beside the votes, counted nowhere."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.clock import now
from dashboard.database import Model
from dashboard.model_calls.models import ModelCall, Problem
from dashboard.users.models import User
from dashboard.workflows.models import Round


class Opinion(StrEnum):
    """What an agent would do; it cannot veto, as it cannot vote."""

    APPROVE = "approve"
    REJECT = "reject"
    ABSTAIN = "abstain"


class Advice(Model):
    """One opinion of one agent on one revision; another one supersedes it.

    An agent that was asked and did not answer abstains, with its problem.
    """

    __tablename__ = "workflow_advice"
    __table_args__ = (
        sa.Index(
            "ix_workflow_advice_live",
            "round_id",
            "agent_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    round_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_rounds.id", ondelete="CASCADE")
    )
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id"), index=True)
    opinion: Mapped[Opinion]
    confidence: Mapped[int]
    """Per cent: how sure the agent says it is."""
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    revision: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(71))
    given_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The person or program that spoke for the agent; none if its own model did."""
    call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("model_calls.id"), unique=True
    )
    problem: Mapped[Problem | None]
    """Why its model gave no answer."""
    given_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    agent: Mapped[Agent] = relationship()
    given_by: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return f"{self.opinion} ({self.confidence} %)"


class AdviceRequest(Model):
    """Quorum asked an adviser about one revision; again, if it did not answer."""

    __tablename__ = "advice_requests"
    __table_args__ = (sa.UniqueConstraint("round_id", "agent_id", "number"),)

    round_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_rounds.id", ondelete="CASCADE")
    )
    agent_id: Mapped[UUID] = mapped_column(ForeignKey("agents.id"), index=True)
    number: Mapped[int] = mapped_column(default=1)
    call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("model_calls.id"), unique=True
    )
    """None if its model could not even be asked."""
    asked_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    """Whoever had it asked again."""
    asked_at: Mapped[datetime] = mapped_column(default=now)

    round: Mapped[Round] = relationship()
    agent: Mapped[Agent] = relationship()
    call: Mapped[ModelCall | None] = relationship()
    asked_by: Mapped[User | None] = relationship()
