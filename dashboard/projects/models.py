"""Projects: a name and a code for what tasks and chats are about."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User


class Project(Model):
    """What a number of tasks and chats belong to."""

    __tablename__ = "projects"
    __table_args__ = (sa.Index("ix_projects_archived", "archived_at", "id"),)

    code: Mapped[str] = mapped_column(sa.String(12), unique=True)
    """Short and in capitals, as people say it: HRB."""
    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    lead_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    most_in_progress: Mapped[int | None]
    """Above so many tasks the board warns; nothing is refused."""
    most_in_review: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    lead: Mapped[User | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Project"]:
        """Everybody here sees what is worked on."""
        return select(cls)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def keep_unarchived(self) -> None:
        if self.is_archived:
            raise RuleBroken(f"{self.name} is archived. Restore it first.")

    def permits(self, actor: Actor, permission: Permission) -> bool:
        """Its lead and admins change it; anybody who works here moves its tasks."""
        if permission is not Permission.PROJECT_WRITE or self.lead_id == actor.id:
            return True
        return Permission.USER_WRITE in actor.grants or self.lead_id is None

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
