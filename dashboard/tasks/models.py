"""Tasks: what somebody is to do, in the column where it stands."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.projects.models import Project
from dashboard.prompts.models import Prompt
from dashboard.users.models import User
from dashboard.workflows.models import Workflow


class TaskStatus(StrEnum):
    """The columns of the board, from left to right."""

    BACKLOG = "backlog"
    TO_DO = "todo"
    IN_PROGRESS = "in_progress"
    REVIEW = "review"
    DONE = "done"

    @property
    def label(self) -> str:
        return "To do" if self is TaskStatus.TO_DO else self.words

    @property
    def words(self) -> str:
        return self.value.replace("_", " ").capitalize()


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Task(Model):
    """A card on the board of a project."""

    __tablename__ = "tasks"
    __table_args__ = (
        sa.Index("ix_tasks_board", "project_id", "archived_at", "status", "position"),
        sa.Index("ix_tasks_assignee", "assignee_id", "archived_at", "status"),
    )

    project_id: Mapped[UUID] = mapped_column(ForeignKey("projects.id"))
    number: Mapped[int] = mapped_column(unique=True)
    """What people call it by: T-12."""
    title: Mapped[str] = mapped_column(sa.String(160))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    status: Mapped[TaskStatus] = mapped_column(default=TaskStatus.BACKLOG)
    position: Mapped[int] = mapped_column(
        sa.BigInteger, default=0, info={"unaudited": True}
    )
    """Within its column, lowest on top; gaps are usual."""
    priority: Mapped[Priority] = mapped_column(default=Priority.NORMAL)
    due_on: Mapped[date | None]
    assignee_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    workflow_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflows.id"), index=True
    )
    """The work that is proposed for it."""
    prompt_id: Mapped[UUID | None] = mapped_column(ForeignKey("prompts.id"), index=True)
    created_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=now)
    done_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]

    project: Mapped[Project] = relationship()
    assignee: Mapped[User | None] = relationship(foreign_keys=assignee_id)
    created_by: Mapped[User | None] = relationship(foreign_keys=created_by_id)
    workflow: Mapped[Workflow | None] = relationship()
    prompt: Mapped[Prompt | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Task"]:
        """As its project: everybody here sees it."""
        return select(cls)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_overdue(self) -> bool:
        """Its day is over (UTC), and it is not done."""
        late = self.due_on is not None and self.due_on < now().date()
        return late and self.status is not TaskStatus.DONE

    def keep_unarchived(self) -> None:
        self.project.keep_unarchived()
        if self.is_archived:
            raise RuleBroken(f"T-{self.number} is archived. Restore it first.")

    def stand(self, status: TaskStatus, at: datetime) -> None:
        """Come to a column; when it was done is known while it is."""
        done = status is TaskStatus.DONE
        self.done_at = (self.done_at or at) if done else None
        self.status = status

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return f"T-{self.number} {self.title}"
