"""Grants: what a council lets a bot reach beyond its sandbox, and the secrets kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflows.models import Workflow

KIND = "grant"
"""The kind of change by which grants are made."""


class GrantKind(StrEnum):
    NETWORK = "network"
    SECRET = "secret"  # noqa: S105  # a word, no secret


class GrantState(StrEnum):
    """Whether a grant holds, by the clock and by people."""

    IN_FORCE = "in_force"
    EXPIRED = "expired"
    REVOKED = "revoked"


class StoredSecret(Model):
    """A secret by its name; what it says is sealed, and is never shown again."""

    __tablename__ = "stored_secrets"

    name: Mapped[str] = mapped_column(sa.String(64), unique=True)
    description: Mapped[str] = mapped_column(sa.String(300), default="")
    sealed_value: Mapped[str] = mapped_column(sa.Text, info={"secret": True})
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    """When its value was last replaced."""

    created_by: Mapped[User] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["StoredSecret"]:
        """Names are no secret to those who run the place."""
        return select(cls).where(sa.literal(actor.sees_all))

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return self.name


class Grant(Model):
    """One thing that a bot may reach because a council approved it."""

    __tablename__ = "grants"
    __table_args__ = (sa.Index("ix_grants_bot", "bot_id", "revoked_at", "id"),)

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bots.id"))
    kind: Mapped[GrantKind]
    hosts: Mapped[list[str]] = mapped_column(default=list)
    """Of a network grant: the hosts it may ask, each as name or name:port."""
    secret_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stored_secrets.id"), index=True
    )
    version_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot_versions.id"))
    """The only version it holds for; none: it holds for every later one, too."""
    workflow_id: Mapped[UUID] = mapped_column(ForeignKey("workflows.id"), unique=True)
    granted_at: Mapped[datetime] = mapped_column(default=now)
    until: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    revoke_reason: Mapped[str] = mapped_column(sa.String(500), default="")

    bot: Mapped[Bot] = relationship()
    secret: Mapped[StoredSecret | None] = relationship()
    version: Mapped[BotVersion | None] = relationship()
    workflow: Mapped[Workflow] = relationship()
    revoked_by: Mapped[User | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Grant"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Whoever sees the bot sees what it may reach."""
        return cls.bot_id.in_(select(Bot.id).where(Bot.seen_by(actor)))

    @classmethod
    def in_force(cls, at: datetime) -> sa.ColumnElement[bool]:
        return sa.and_(
            cls.revoked_at.is_(None), sa.or_(cls.until.is_(None), cls.until > at)
        )

    @classmethod
    def reaching(
        cls, bot_id: UUID, version_id: UUID, at: datetime
    ) -> sa.ColumnElement[bool]:
        """Those by which this version of this bot may reach further now."""
        of_version = sa.or_(cls.version_id.is_(None), cls.version_id == version_id)
        return sa.and_(cls.bot_id == bot_id, of_version, cls.in_force(at))

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    def is_in_force(self, at: datetime) -> bool:
        return self.state_at(at) is GrantState.IN_FORCE

    def state_at(self, at: datetime) -> GrantState:
        if self.is_revoked:
            return GrantState.REVOKED
        is_over = self.until is not None and self.until <= at
        return GrantState.EXPIRED if is_over else GrantState.IN_FORCE

    def revoke(self, by: User, reason: str, at: datetime) -> None:
        if self.is_revoked:
            raise RuleBroken("This grant was revoked already.")
        self.revoked_by, self.revoke_reason, self.revoked_at = by, reason, at

    @property
    def what(self) -> str:
        """What it lets a bot reach, in a few words."""
        if self.kind is GrantKind.NETWORK:
            return ", ".join(self.hosts)
        return self.secret.name if self.secret else "a secret that was deleted"

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is Permission.GRANT_WRITE:
            return self.bot.permits(actor, Permission.BOT_WRITE)
        return True

    def __str__(self) -> str:
        return f"{self.kind.value} for {self.bot}"
