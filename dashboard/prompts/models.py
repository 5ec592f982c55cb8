"""Prompts: immutable versions, labels that point at them, and every move of a label."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Bulky, Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User

if TYPE_CHECKING:
    from dashboard.workflow_types.models import WorkflowType

KIND = "prompt"
"""The kind of change by which a protected label moves."""
PRODUCTION = "production"
LATEST = "latest"
"""The label that always points at the newest version, and is stored nowhere."""


class PromptKind(StrEnum):
    SYSTEM = "system"
    USER = "user"


class MoveKind(StrEnum):
    CREATED = "created"
    MOVED = "moved"
    ROLLED_BACK = "rolled_back"
    REMOVED = "removed"
    PROTECTED = "protected"
    RELEASED = "released"


class Prompt(Model):
    """What a model is told, under a name that stays while its text changes."""

    __tablename__ = "prompts"
    __table_args__ = (sa.Index("ix_prompts_archived", "archived_at", "id"),)

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    kind: Mapped[PromptKind] = mapped_column(default=PromptKind.SYSTEM)
    owner_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    newest: Mapped[int] = mapped_column(default=0)
    """The number of its latest version."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    owner: Mapped[User | None] = relationship()
    labels: Mapped[list["PromptLabel"]] = relationship(
        cascade="all, delete-orphan",
        order_by="PromptLabel.name",
        back_populates="prompt",
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Prompt"]:
        """What agents are told is no secret here; prompts hold none."""
        return select(cls)

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    def keep_unarchived(self) -> None:
        if self.is_archived:
            raise RuleBroken(f"{self.name} is archived. Restore it first.")

    def permits(self, actor: Actor, permission: Permission) -> bool:
        """Its owner and admins change it; a protected label is the council's."""
        if permission is not Permission.PROMPT_WRITE or self.owner_id == actor.id:
            return True
        return Permission.USER_WRITE in actor.grants or self.owner_id is None

    def __str__(self) -> str:
        return self.name


class PromptVersion(Model):
    """One text of a prompt, for good."""

    __tablename__ = "prompt_versions"
    __table_args__ = (sa.UniqueConstraint("prompt_id", "number"),)

    prompt_id: Mapped[UUID] = mapped_column(
        ForeignKey("prompts.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("prompt_versions.id"))
    content: Mapped[Bulky]
    variables: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What is known of each ${name} in it: {name: {description, example}}."""
    content_hash: Mapped[str] = mapped_column(sa.String(71))
    message: Mapped[str] = mapped_column(sa.String(200))
    author_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime] = mapped_column(default=now)

    prompt: Mapped[Prompt] = relationship()
    author: Mapped[User | None] = relationship()

    def __str__(self) -> str:
        return f"v{self.number}"


class PromptLabel(Model):
    """A name that points at one version; agents follow the name."""

    __tablename__ = "prompt_labels"
    __table_args__ = (sa.UniqueConstraint("prompt_id", "name"),)

    prompt_id: Mapped[UUID] = mapped_column(
        ForeignKey("prompts.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(sa.String(40))
    version_id: Mapped[UUID] = mapped_column(ForeignKey("prompt_versions.id"))
    type_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflow_types.id"), index=True
    )
    """The type of proposal without which a protected label does not move."""
    moved_at: Mapped[datetime] = mapped_column(default=now)

    prompt: Mapped[Prompt] = relationship(back_populates="labels")
    version: Mapped[PromptVersion] = relationship()
    type: Mapped["WorkflowType | None"] = relationship()

    @property
    def is_protected(self) -> bool:
        return self.type_id is not None

    def __str__(self) -> str:
        return self.name


class PromptMove(Model):
    """One change of what a label points at; rows are added, never changed."""

    __tablename__ = "prompt_moves"
    __table_args__ = (sa.Index("ix_prompt_moves_prompt", "prompt_id", "id"),)

    prompt_id: Mapped[UUID] = mapped_column(
        ForeignKey("prompts.id", ondelete="CASCADE")
    )
    label: Mapped[str] = mapped_column(sa.String(40))
    kind: Mapped[MoveKind]
    from_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("prompt_versions.id")
    )
    to_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("prompt_versions.id"))
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    actor_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )
    workflow_id: Mapped[UUID | None] = mapped_column(ForeignKey("workflows.id"))
    """The approved proposal that moved it."""
    at: Mapped[datetime] = mapped_column(default=now)

    prompt: Mapped[Prompt] = relationship()
    from_version: Mapped[PromptVersion | None] = relationship(
        foreign_keys=from_version_id
    )
    to_version: Mapped[PromptVersion | None] = relationship(foreign_keys=to_version_id)
    actor: Mapped[User | None] = relationship()
