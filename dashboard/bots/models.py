"""Bots and their versions: what runs."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.audit import digest
from dashboard.clock import now
from dashboard.database import Bulky, Model, Stamp
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.full_text import find_by_words, named
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User


class BotStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"
    MAINTENANCE = "maintenance"
    ARCHIVED = "archived"


STATES = {
    BotStatus.ACTIVE: "ready to run",
    BotStatus.INACTIVE: "switched off",
    BotStatus.MAINTENANCE: "being maintained",
    BotStatus.ARCHIVED: "archived",
}


OWNERS = {Permission.BOT_WRITE, Permission.HOOK_WRITE, Permission.GRANT_WRITE}
"""What its owner and admins do."""


class RunPolicy(StrEnum):
    """Who may run a bot without a vote."""

    NOBODY = "nobody"
    OWNER = "owner"


class Bot(Model):
    """Code that can be run, kept in versions of which one is active."""

    __tablename__ = "bots"
    __table_args__ = (sa.Index("ix_bots_status", "status", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    status: Mapped[BotStatus] = mapped_column(default=BotStatus.ACTIVE)
    run_policy: Mapped[RunPolicy] = mapped_column(default=RunPolicy.NOBODY)
    runs_total: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    runs_completed: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    last_run_at: Mapped[Stamp | None]
    failures_in_row: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    """Runs that failed since the last one that went well."""
    resume_at: Mapped[Stamp | None]
    """After a failure it is not started again before this moment."""
    quarantined_at: Mapped[datetime | None]
    """It failed too often in a row: nothing starts it until somebody releases it."""
    created_at: Mapped[datetime] = mapped_column(default=now)

    owner: Mapped[User] = relationship()
    active: Mapped["BotVersion"] = relationship(
        primaryjoin="and_(BotVersion.bot_id == Bot.id, BotVersion.is_active)",
        viewonly=True,
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Bot"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Those who judge or answer for what runs read its code; others their own."""
        if actor.sees_all or Permission.WORKFLOW_VOTE in actor.grants:
            return sa.true()
        return cls.owner_id == actor.id

    @classmethod
    def rows_for(
        cls,
        actor: Actor,
        text: str = "",
        status: BotStatus | None = None,
        *,
        mine: bool = False,
        failing: bool = False,
    ) -> Select[Any]:
        rows: Any = select(
            cls.id,
            cls.name,
            cls.description,
            cls.status,
            cls.run_policy,
            cls.runs_total,
            cls.runs_completed,
            cls.last_run_at,
            cls.failures_in_row,
            cls.quarantined_at,
            cls.created_at,
            cls.owner_id,
            cls.owner_name().label("owner_name"),
            cls.active_number().label("version"),
        ).where(cls.seen_by(actor))
        shown = cls.status == status if status else cls.status != BotStatus.ARCHIVED
        rows = rows.where(shown)
        if mine:
            rows = rows.where(cls.owner_id == actor.id)
        if failing:
            rows = rows.where(cls.failures_in_row > 0)
        return rows.where(named(cls, text)) if text else rows

    @classmethod
    def owner_name(cls) -> sa.ScalarSelect[str]:
        """Asked of each row that is shown, not joined: a count goes without."""
        owner = select(User.name).where(User.id == cls.owner_id)
        return owner.correlate(cls).scalar_subquery()

    @classmethod
    def active_number(cls) -> sa.ScalarSelect[int]:
        """Asked of each row that is shown, too."""
        active = select(BotVersion.number).where(
            BotVersion.bot_id == cls.id, BotVersion.is_active
        )
        return active.correlate(cls).scalar_subquery()

    @property
    def can_run(self) -> bool:
        return self.status is BotStatus.ACTIVE and not self.is_quarantined

    @property
    def is_quarantined(self) -> bool:
        return self.quarantined_at is not None

    @property
    def state(self) -> str:
        """Whether it can run, said in words."""
        if self.status is BotStatus.ACTIVE and self.is_quarantined:
            return "in quarantine, after it failed too often in a row"
        return STATES[self.status]

    @property
    def is_archived(self) -> bool:
        return self.status is BotStatus.ARCHIVED

    def new_version(
        self,
        number: int,
        code: str,
        config: dict[str, Any],
        message: str,
        author: Actor,
        label: str = "",
    ) -> "BotVersion":
        """A version with this content; the caller adds it."""
        return BotVersion(
            bot_id=self.id,
            number=number,
            code=code,
            config=config,
            message=message,
            label=label,
            author_id=author.id,
            content_hash=version_hash(code, config),
            is_active=True,
        )

    def keep_unarchived(self) -> None:
        if self.is_archived:
            raise RuleBroken("This bot is archived. Restore it first.")

    def become(self, status: BotStatus) -> None:
        self.keep_unarchived()
        if status is BotStatus.ARCHIVED:
            raise RuleBroken("Archive the bot itself: a workflow type may use it.")
        self.status = status

    def archive(self) -> None:
        if self.is_archived:
            raise RuleBroken("This bot is archived already.")
        self.status = BotStatus.ARCHIVED

    def restore(self) -> None:
        """Back on the shelf: somebody decides anew whether it may run."""
        if not self.is_archived:
            raise RuleBroken("This bot is not archived.")
        self.status = BotStatus.INACTIVE

    def runs_unvoted_for(self, actor: Actor) -> bool:
        """Whether this actor may run it without a council's vote."""
        if self.run_policy is RunPolicy.NOBODY:
            return False
        return self.owner_id == actor.id or Permission.USER_WRITE in actor.grants

    def why_not_run(self, actor: Actor) -> str | None:
        """Why this actor may not run it right now, in a sentence."""
        if not self.can_run:
            return f"This bot is {self.state}."
        if self.run_policy is RunPolicy.NOBODY:
            return (
                "This bot runs only after a council's vote. Propose a workflow instead."
            )
        if not self.runs_unvoted_for(actor):
            return "Only its owner and admins run this bot without a council's vote."
        return None

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is Permission.BOT_RUN:
            return self.runs_unvoted_for(actor)
        if permission in OWNERS:
            return self.owner_id == actor.id or Permission.USER_WRITE in actor.grants
        return True

    def __str__(self) -> str:
        return self.name


find_by_words(Bot.name)


class BotVersion(Model):
    """One state of a bot's code and config, never changed after it was saved."""

    __tablename__ = "bot_versions"
    __table_args__ = (
        sa.UniqueConstraint("bot_id", "number"),
        sa.Index(
            "ix_bot_versions_active",
            "bot_id",
            unique=True,
            sqlite_where=sa.text("is_active"),
            postgresql_where=sa.text("is_active"),
        ),
    )

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bots.id", ondelete="CASCADE"))
    number: Mapped[int]
    code: Mapped[Bulky]
    config: Mapped[dict[str, Any]] = mapped_column(default=dict)
    message: Mapped[str] = mapped_column(sa.String(200))
    label: Mapped[str] = mapped_column(sa.String(40), default="")
    """A name people give it, such as "known good"; no part of its content."""
    author_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    content_hash: Mapped[str] = mapped_column(sa.String(71))
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(default=now)

    bot: Mapped[Bot] = relationship()
    author: Mapped[User] = relationship()

    @classmethod
    def active_of(cls, bot_id: UUID) -> "BotVersion":
        return db.session.execute(
            select(cls).where(cls.bot_id == bot_id, cls.is_active)
        ).scalar_one()

    @property
    def true_hash(self) -> str:
        """The hash of what is stored now; after tampering it is another one."""
        return version_hash(self.code, self.config)

    def why_not_back(self, bot: Bot, active: "BotVersion") -> str | None:
        """Why this content cannot become the active one again, in a sentence."""
        if bot.is_archived:
            return "This bot is archived. Restore it first."
        if self.true_hash != self.content_hash:
            return (
                f"Version {self.number} is not what was saved: its content no longer "
                "matches its hash."
            )
        if self.number == active.number:
            return f"Version {self.number} is the active one already."
        if self.content_hash == active.content_hash:
            return (
                f"Version {active.number}, the active one, holds the same content as "
                f"version {self.number}."
            )
        return None

    def __str__(self) -> str:
        return f"v{self.number}"


def version_hash(code: str, config: dict[str, Any]) -> str:
    return digest({"code": code, "config": config})
