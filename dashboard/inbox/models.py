"""Notices: what somebody should know without asking, each told once."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.database import Model
from dashboard.incidents.models import Incident
from dashboard.workflows.models import Workflow

KEPT = {"unaudited": True}


class NoticeKind(StrEnum):
    OPENED = "opened"
    HALF_TIME = "half_time"
    LAST_CALL = "last_call"
    EXTENDED = "extended"
    CHANGED = "changed"
    VOIDED = "voided"
    DECIDED = "decided"
    EXPIRES_SOON = "expires_soon"
    EXPIRED = "expired"
    FINISHED = "finished"
    QUARANTINE = "quarantine"


class Notice(Model):
    """One thing told to one person; `key` says which, so it is told once."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "key"),
        sa.Index("ix_notices_user", "user_id", "id"),
        sa.CheckConstraint(
            "(workflow_id IS NULL) <> (incident_id IS NULL)", name="one_subject"
        ),
    )

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), info=KEPT
    )
    workflow_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE"), index=True, info=KEPT
    )
    incident_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("incidents.id", ondelete="CASCADE"), index=True, info=KEPT
    )
    kind: Mapped[NoticeKind] = mapped_column(info=KEPT)
    key: Mapped[str] = mapped_column(sa.String(120), info=KEPT)
    text: Mapped[str] = mapped_column(sa.String(300), info=KEPT)
    at: Mapped[datetime] = mapped_column(info=KEPT)

    workflow: Mapped[Workflow | None] = relationship()
    incident: Mapped[Incident | None] = relationship()
