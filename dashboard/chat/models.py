"""Chats: what people and models said to each other, and what came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.ai_models.models import AIModel
from dashboard.clock import now
from dashboard.database import Model
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import Actor, Permission
from dashboard.projects.models import Project
from dashboard.tasks.models import Task
from dashboard.users.models import User
from dashboard.workflows.models import Workflow


class Mode(StrEnum):
    """What is done with a message."""

    CHAT = "chat"
    SUGGEST = "suggest"
    CONFIRM = "confirm"
    EXECUTE = "execute"

    @property
    def label(self) -> str:
        return self.value.capitalize()


class Speaker(StrEnum):
    USER = "user"
    ASSISTANT = "assistant"


class ChatSession(Model):
    """One conversation of one person."""

    __tablename__ = "chat_sessions"
    __table_args__ = (sa.Index("ix_chat_sessions_user", "user_id", "id"),)

    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(sa.String(120), info={"unaudited": True})
    ai_model_id: Mapped[UUID | None] = mapped_column(ForeignKey("ai_models.id"))
    workflow_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflows.id"), index=True
    )
    """What it is about, or what came of it."""
    project_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("projects.id"), index=True
    )
    task_id: Mapped[UUID | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    """Of that project, if it is about one."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    user: Mapped[User] = relationship()
    ai_model: Mapped[AIModel | None] = relationship()
    workflow: Mapped[Workflow | None] = relationship()
    project: Mapped[Project | None] = relationship()
    task: Mapped[Task | None] = relationship()
    messages: Mapped[list["ChatMessage"]] = relationship(
        cascade="all, delete-orphan",
        order_by="ChatMessage.number",
        back_populates="session",
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["ChatSession"]:
        """A conversation is between a person and a model."""
        return select(cls).where(cls.user_id == actor.id)

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return self.user_id == actor.id

    def __str__(self) -> str:
        """Not its title, which may quote what was said: auditors read this."""
        return f"chat {self.id.hex[-6:]}"


class ChatMessage(Model):
    """One thing that was said."""

    __tablename__ = "chat_messages"
    __table_args__ = (sa.UniqueConstraint("session_id", "number"),)

    session_id: Mapped[UUID] = mapped_column(
        ForeignKey("chat_sessions.id", ondelete="CASCADE")
    )
    number: Mapped[int]
    speaker: Mapped[Speaker]
    mode: Mapped[Mode]
    text: Mapped[str] = mapped_column(sa.Text, default="", info={"bulky": True})
    outcome: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    """What a mode that needs no model found: suggestions, or what is missing."""
    call_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("model_calls.id"), index=True
    )
    """The model's answer, which is still coming perhaps."""
    at: Mapped[datetime] = mapped_column(default=now)

    session: Mapped[ChatSession] = relationship(back_populates="messages")
    call: Mapped[ModelCall | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["ChatMessage"]:
        own = select(ChatSession.id).where(ChatSession.user_id == actor.id)
        return select(cls).where(cls.session_id.in_(own))

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    @property
    def is_live(self) -> bool:
        """A model is still at it."""
        return self.call is not None and self.call.is_live

    @property
    def shown(self) -> str:
        """What was said, as far as it has come."""
        return self.text or (self.call.text if self.call else "")
