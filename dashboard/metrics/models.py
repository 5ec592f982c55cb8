"""What each round took: times, turnout and how it was decided, one row a round."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from dashboard.database import Model
from dashboard.workflows.models import Round

KEPT = {"unaudited": True}
"""Computed from rows that are audited themselves."""


class WorkflowMetric(Model):
    """Seconds and weights of one decided round, and of the run it bought.

    Seconds are kept as floats; none where the thing did not happen.
    """

    __tablename__ = "workflow_metrics"
    __table_args__ = (
        sa.Index("ix_workflow_metrics_council", "council_id", "decided_at"),
        sa.Index("ix_workflow_metrics_decided", "decided_at"),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=uuid7, sort_order=-1, info=KEPT
    )
    round_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_rounds.id", ondelete="CASCADE"), unique=True, info=KEPT
    )
    workflow_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE"), index=True, info=KEPT
    )
    council_id: Mapped[UUID] = mapped_column(ForeignKey("councils.id"), info=KEPT)
    outcome: Mapped[str] = mapped_column(sa.String(32), info=KEPT)
    decided_at: Mapped[datetime] = mapped_column(info=KEPT)
    first_vote_seconds: Mapped[float | None] = mapped_column(info=KEPT)
    decision_seconds: Mapped[float] = mapped_column(info=KEPT)
    eligible_weight: Mapped[int] = mapped_column(info=KEPT)
    voted_weight: Mapped[int] = mapped_column(info=KEPT)
    approve_weight: Mapped[int] = mapped_column(info=KEPT)
    reject_weight: Mapped[int] = mapped_column(info=KEPT)
    early: Mapped[bool] = mapped_column(info=KEPT)
    extended_seconds: Mapped[float] = mapped_column(default=0, info=KEPT)
    queue_seconds: Mapped[float | None] = mapped_column(info=KEPT)
    run_seconds: Mapped[float | None] = mapped_column(info=KEPT)
    run_status: Mapped[str] = mapped_column(sa.String(32), default="", info=KEPT)

    round: Mapped[Round] = relationship()
