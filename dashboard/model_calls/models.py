"""Calls of models: what was asked, what came back, what it cost."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.ai_models.models import AIModel
from dashboard.clock import now
from dashboard.database import Bulky, Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.prompts.models import PromptVersion
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User


class Purpose(StrEnum):
    TEST = "test"
    TRY = "try"
    ADVICE = "advice"
    CHAT = "chat"
    STEP = "step"

    @property
    def label(self) -> str:
        return PURPOSES[self]


PURPOSES = {
    Purpose.TEST: "Test of a model",
    Purpose.TRY: "Trial of a prompt",
    Purpose.ADVICE: "Advice",
    Purpose.CHAT: "Chat",
    Purpose.STEP: "Step of a run",
}


class CallStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return self.value.capitalize()

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

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


def doing_of(status: CallStatus, message: str, has_words: bool, asked: bool) -> str:
    """In a word or two; `asked` to stop, it hangs up soon."""
    if status.is_final:
        return ""
    if asked:
        return "Stops…"
    if status is CallStatus.QUEUED:
        return f"{message} Tries again…" if message else "Waits…"
    return "Writes…" if has_words else "Thinks…"


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
    reserved: Mapped[int] = mapped_column(
        sa.BigInteger, default=0, info={"unaudited": True}
    )
    """What it may cost yet, at most; nothing once it is over."""
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
    execution: Mapped[Execution | None] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["ModelCall"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Who asked, owns the agent, or sees the run; who sees all."""
        if actor.sees_all:
            return sa.true()
        agents = select(Agent.id).where(Agent.owner_id == actor.id)
        runs = select(Run.id).join(Execution, Execution.run_id == Run.id)
        own = runs.where(Execution.id == cls.execution_id, Run.seen_by(actor))
        return sa.or_(
            cls.asked_by_id == actor.id,
            cls.agent_id.in_(agents),
            own.correlate(cls).exists(),
        )

    @property
    def is_live(self) -> bool:
        return not self.status.is_final

    @property
    def seconds(self) -> float | None:
        """From the call to the last word."""
        if self.started_at is None or self.ended_at is None:
            return None
        return max(0.0, (self.ended_at - self.started_at).total_seconds())

    @property
    def doing(self) -> str:
        """What goes on while nobody knows the answer yet."""
        asked = self.cancel_requested_at is not None
        return doing_of(self.status, self.message, bool(self.text), asked)

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The bots it wants to have called."""
        wanted: list[dict[str, Any]] = self.tool_calls.get("calls", [])
        return wanted

    def stop(self, at: datetime) -> None:
        """Ask its worker to hang up; that takes a second at most."""
        if not self.is_live:
            raise RuleBroken("This call is over already.")
        self.cancel_requested_at = self.cancel_requested_at or at

    def book(self, tokens_in: int, tokens_out: int, *, is_estimate: bool) -> None:
        """Add what one try has cost; several tries are one bill."""
        self.cost += self.ai_model.cost_of(tokens_in, tokens_out)
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        self.is_estimate = self.is_estimate or is_estimate

    def permits(self, actor: Actor, permission: Permission) -> bool:
        """Whoever asked stops it, the owner of its agent, and admins."""
        if permission is not Permission.MODEL_ASK or self.asked_by_id == actor.id:
            return True
        owns = self.agent is not None and self.agent.owner_id == actor.id
        return owns or Permission.USER_WRITE in actor.grants

    def __str__(self) -> str:
        return f"call {self.id.hex[-6:]}"
