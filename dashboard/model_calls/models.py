"""Calls of models: what was asked, what came back, what it cost."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.clock import now
from dashboard.database import Bulky, Model
from dashboard.prompts.models import PromptVersion
from dashboard.users.models import User


class Purpose(StrEnum):
    TEST = "test"
    TRY = "try"
    ADVICE = "advice"
    CHAT = "chat"
    STEP = "step"


class CallStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in {self.QUEUED, self.RUNNING}


class Problem(StrEnum):
    """The class of an error; its sentence stands beside it."""

    TIMED_OUT = "timed_out"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    UNREACHABLE = "unreachable"
    UNAUTHORIZED = "unauthorized"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    TOO_LARGE = "too_large"
    BAD_ANSWER = "bad_answer"
    OVER_LIMIT = "over_limit"
    LOST = "lost"


class ModelCall(Model):
    """One request to a model; its cost is booked once, under its key.

    `token` is the fence: the worker that holds it writes, everybody else is refused.
    """

    __tablename__ = "model_calls"
    __table_args__ = (
        sa.Index("ix_model_calls_ready", "status", "available_at"),
        sa.Index("ix_model_calls_model", "ai_model_id", "id"),
        sa.Index("ix_model_calls_agent", "agent_id", "id"),
        sa.Index("ix_model_calls_prompt", "prompt_version_id", "id"),
        sa.Index("ix_model_calls_execution", "execution_id", "id"),
    )

    key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    """What it was asked for, such as run/<id>/1/3: asked again, it is the same call."""
    purpose: Mapped[Purpose]
    ai_model_id: Mapped[UUID] = mapped_column(ForeignKey("ai_models.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"))
    prompt_version_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("prompt_versions.id")
    )
    execution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bot_executions.id", ondelete="CASCADE")
    )
    asked_by_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    status: Mapped[CallStatus] = mapped_column(default=CallStatus.QUEUED)
    request: Mapped[dict[str, Any]] = mapped_column(info={"bulky": True})
    """{messages, parameters, schema, tools}: what is sent, without the key."""
    text: Mapped[Bulky] = mapped_column(default="")
    """The answer as far as it has come."""
    tool_calls: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info={"bulky": True}
    )
    """{"calls": [{id, name, arguments}]}, if it wants bots to be called."""
    problem: Mapped[Problem | None]
    message: Mapped[str] = mapped_column(sa.Text, default="")
    """What went wrong, in a sentence."""
    tokens_in: Mapped[int] = mapped_column(default=0)
    tokens_out: Mapped[int] = mapped_column(default=0)
    is_estimate: Mapped[bool] = mapped_column(default=False)
    """The provider did not count the tokens; Quorum did, roughly."""
    cost: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    """Millionths of a dollar."""
    tries: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(sa.String(32), info={"unaudited": True})
    lease_until: Mapped[datetime | None] = mapped_column(info={"unaudited": True})
    cancel_requested_at: Mapped[datetime | None]
    queued_at: Mapped[datetime] = mapped_column(default=now)
    available_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    first_word_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    ai_model: Mapped[AIModel] = relationship()
    agent: Mapped[Agent | None] = relationship()
    prompt_version: Mapped[PromptVersion | None] = relationship()
    asked_by: Mapped[User | None] = relationship()

    @property
    def is_live(self) -> bool:
        return not self.status.is_final

    @property
    def seconds(self) -> float | None:
        """From the call to the last word."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds())

    def __str__(self) -> str:
        return f"call {self.id.hex[-6:]}"
