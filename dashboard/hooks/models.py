"""Hooks: addresses at which another program starts a bot with a signed call."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.bots.models import Bot
from dashboard.clock import now
from dashboard.database import Model, Stamp
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User


class Hook(Model):
    """An address that starts one bot, and the secret that signs each call."""

    __tablename__ = "hooks"
    __table_args__ = (sa.Index("ix_hooks_bot", "bot_id", "id"),)

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bots.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Who made it: its runs are started in their name, with their rights."""
    name: Mapped[str] = mapped_column(sa.String(80))
    sealed_secret: Mapped[str] = mapped_column(sa.Text, info={"secret": True})
    is_on: Mapped[bool] = mapped_column(default=True)
    last_called_at: Mapped[Stamp | None]
    refused_at: Mapped[Stamp | None]
    """When refused calls were last written down."""
    refusals: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    """Refused calls that were written down; entries of the audit trail add up to it."""
    refusal: Mapped[str] = mapped_column(
        sa.String(300), default="", info={"unaudited": True}
    )
    """Why the last of them was refused."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    revoked_at: Mapped[datetime | None]

    bot: Mapped[Bot] = relationship()
    owner: Mapped[User] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Hook"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        bots = select(Bot.id).where(Bot.seen_by(actor))
        return sa.or_(cls.owner_id == actor.id, cls.bot_id.in_(bots))

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is Permission.HOOK_WRITE:
            return self.owner_id == actor.id or self.bot.permits(
                actor, Permission.BOT_WRITE
            )
        return True

    @classmethod
    def rows_for(cls, actor: Actor, bot_id: UUID | None = None) -> Select[Any]:
        rows: Any = (
            select(
                cls.id,
                cls.bot_id,
                Bot.name.label("bot_name"),
                cls.owner_id,
                User.name.label("owner_name"),
                cls.name,
                cls.is_on,
                cls.last_called_at,
                cls.refusals,
                cls.refusal,
                cls.refused_at,
                cls.created_at,
                cls.revoked_at,
            )
            .join(cls.bot)
            .join(cls.owner)
            .where(cls.seen_by(actor))
        )
        return rows.where(cls.bot_id == bot_id) if bot_id else rows

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def why_closed(self) -> str | None:
        """Why it takes no call, in a sentence."""
        if self.is_revoked:
            return "It was revoked."
        if not self.is_on:
            return "It is switched off."
        return None if self.owner.is_active else f"{self.owner.name} is deactivated."

    def keep_unrevoked(self) -> None:
        if self.is_revoked:
            raise RuleBroken("This webhook was revoked. Make a new one.")

    def revoke(self, at: datetime) -> None:
        self.keep_unrevoked()
        self.revoked_at = at
        self.is_on = False

    def __str__(self) -> str:
        return self.name


class HookCall(Model):
    """A call that was accepted; the constraint refuses the same one again."""

    __tablename__ = "hook_calls"
    __table_args__ = (
        sa.UniqueConstraint("hook_id", "message_id"),
        sa.Index("ix_hook_calls_hook", "hook_id", "id"),
    )

    hook_id: Mapped[UUID] = mapped_column(ForeignKey("hooks.id", ondelete="CASCADE"))
    message_id: Mapped[str] = mapped_column(sa.String(120))
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"), index=True)
    received_at: Mapped[datetime] = mapped_column(default=now)
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Size and digest of the body, and from where it came."""
