"""Incidents: what went wrong so badly that Quorum stopped it by itself."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.database import Model
from dashboard.permissions import Actor, Permission
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.webhooks.models import Endpoint


class IncidentKind(StrEnum):
    QUARANTINE = "quarantine"
    ENDPOINT = "endpoint"


class Incident(Model):
    """A bot in quarantine, or an endpoint that was switched off, and who saw to it."""

    __tablename__ = "incidents"
    __table_args__ = (
        sa.Index("ix_incidents_bot", "bot_id", "id"),
        sa.Index("ix_incidents_endpoint", "endpoint_id", "id"),
        sa.Index("ix_incidents_acknowledged", "acknowledged_at", "id"),
    )

    kind: Mapped[IncidentKind]
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bots.id"))
    endpoint_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"), index=True)
    """The run that was one too many."""
    summary: Mapped[str] = mapped_column(sa.String(500))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    resolved_at: Mapped[datetime | None]
    """When the bot was released, or the endpoint switched on again."""

    bot: Mapped[Bot | None] = relationship()
    endpoint: Mapped[Endpoint | None] = relationship()
    run: Mapped[Run | None] = relationship()
    acknowledged_by: Mapped[User | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Incident"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Whoever sees the bot; an endpoint's are for those who see everything."""
        if actor.sees_all:
            return sa.true()
        return cls.bot_id.in_(select(Bot.id).where(Bot.seen_by(actor)))

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission not in {Permission.INCIDENT_WRITE, Permission.BOT_WRITE}:
            return True
        if self.bot:
            return self.bot.permits(actor, Permission.BOT_WRITE)
        return Permission.WEBHOOK_WRITE in actor.grants

    def __str__(self) -> str:
        return self.summary
