"""Schedules: when a bot runs by itself, and what became of each time."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, aliased, mapped_column, relationship

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.database import Model, Stamp
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.runs.models import Run
from dashboard.schedules.deciding import CatchUp, Overlap, SlotStatus
from dashboard.users.models import User


class Schedule(Model):
    """A bot, what it is given, and the times at which it runs."""

    __tablename__ = "schedules"
    __table_args__ = (
        sa.Index("ix_schedules_due", "is_on", "next_at"),
        sa.Index("ix_schedules_bot", "bot_id", "id"),
    )

    bot_id: Mapped[UUID] = mapped_column(ForeignKey("bots.id"))
    owner_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """Who made it: its runs are started in their name, with their rights."""
    name: Mapped[str] = mapped_column(sa.String(80))
    cron: Mapped[str] = mapped_column(sa.String(120))
    timezone: Mapped[str] = mapped_column(sa.String(64), default="UTC")
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    overlap: Mapped[Overlap] = mapped_column(default=Overlap.SKIP)
    catch_up: Mapped[CatchUp] = mapped_column(default=CatchUp.LAST)
    is_on: Mapped[bool] = mapped_column(default=True)
    next_at: Mapped[Stamp | None]
    """The next time that has not been dealt with; none while it is off."""
    approval_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflows.id"), index=True
    )
    """The workflow by which a council approved it, for a bot that needs a vote."""
    approved_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bot_versions.id")
    )
    approved_hash: Mapped[str] = mapped_column(sa.String(71), default="")
    """Digest of what was approved: bot, version, inputs, times."""
    approved_until: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    bot: Mapped[Bot] = relationship()
    owner: Mapped[User] = relationship()
    approved_version: Mapped[BotVersion | None] = relationship()
    last_slot: Mapped["ScheduleSlot | None"] = relationship(
        viewonly=True, primaryjoin=lambda: is_last_slot()
    )
    """The newest of its times that was dealt with."""

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Schedule"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Whoever sees the bot sees when it runs."""
        bots = select(Bot.id).where(Bot.seen_by(actor))
        return sa.or_(cls.owner_id == actor.id, cls.bot_id.in_(bots))

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def needs_approval(self) -> bool:
        """Whether its owner may not run the bot without a council's vote."""
        return not self.bot.runs_unvoted_for(self.owner)

    @property
    def is_approved(self) -> bool:
        """Whether a council said yes to it once; it may be over, or to other times."""
        return self.approval_id is not None

    def keep_unarchived(self) -> None:
        if self.is_archived:
            raise RuleBroken("This schedule is archived. Make a new one.")

    def turn(self, *, on: bool, next_at: datetime | None) -> None:
        """Switch it on, from its next time on, or off."""
        self.is_on, self.next_at = on, next_at if on else None

    def archive(self, at: datetime) -> None:
        self.keep_unarchived()
        self.archived_at = at
        self.turn(on=False, next_at=None)

    def withdraw_approval(self) -> None:
        if not self.is_approved:
            raise RuleBroken("No council has approved this schedule.")
        self.approval_id = self.approved_version_id = self.approved_until = None
        self.approved_hash = ""

    def permits(self, actor: Actor, permission: Permission) -> bool:
        if permission is Permission.SCHEDULE_WRITE:
            return self.owner_id == actor.id or self.bot.permits(
                actor, Permission.BOT_WRITE
            )
        if permission is Permission.BOT_RUN:
            return self.bot.permits(actor, permission)
        return True

    def __str__(self) -> str:
        return self.name


class ScheduleSlot(Model):
    """One time of a schedule; the constraint makes sure that it is used once."""

    __tablename__ = "schedule_slots"
    __table_args__ = (
        sa.UniqueConstraint("schedule_id", "due_at"),
        sa.Index("ix_schedule_slots_schedule", "schedule_id", "id"),
    )

    schedule_id: Mapped[UUID] = mapped_column(
        ForeignKey("schedules.id", ondelete="CASCADE")
    )
    due_at: Mapped[datetime]
    status: Mapped[SlotStatus]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=now)

    schedule: Mapped[Schedule] = relationship()
    run: Mapped[Run | None] = relationship()


def is_last_slot() -> sa.ColumnElement[bool]:
    slot = aliased(ScheduleSlot)
    last = (
        select(slot.id)
        .where(slot.schedule_id == Schedule.id)
        .order_by(slot.due_at.desc())
        .limit(1)
        .correlate(Schedule)
        .scalar_subquery()
    )
    return sa.and_(ScheduleSlot.schedule_id == Schedule.id, ScheduleSlot.id == last)
