"""What agents think of a proposal: shown beside the votes, counted nowhere."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.database import Model
from dashboard.users.models import User
from dashboard.workflows.models import Round


class Opinion(StrEnum):
    """What an agent would do; it cannot veto, as it cannot vote."""

    APPROVE = "approve"
    REJECT = "reject"
    ABSTAIN = "abstain"


class Advice(Model):
    """One opinion of one agent on one revision; another one supersedes it."""

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
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    """The person or program that spoke for the agent."""
    given_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]

    round: Mapped[Round] = relationship()
    agent: Mapped[Agent] = relationship()
    given_by: Mapped[User] = relationship()

    def __str__(self) -> str:
        return f"{self.opinion} ({self.confidence} %)"
