"""One step of a run: what its bot did, what it said, and what it left behind."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.bots.models import Bot, BotVersion
from dashboard.database import Bulky, Model
from dashboard.files.models import Blob

if TYPE_CHECKING:
    from dashboard.runs.models.run import Run

RECENT_LINES = 200
"""How much of a log a page shows before it starts to follow."""


def between(start: datetime | None, end: datetime | None) -> float | None:
    if start is None or end is None:
        return None
    return max(0.0, (end - start).total_seconds())


class StepStatus(StrEnum):
    """How a step ended: the sandbox's words, and three of the engine's own."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    CPU_LIMIT = "cpu_limit"
    MEMORY_LIMIT = "memory_limit"
    DISK_LIMIT = "disk_limit"
    OUTPUT_LIMIT = "output_limit"
    BAD_RESULT = "bad_result"
    DENIED = "denied"
    CRASHED = "crashed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    LOST = "lost"

    @property
    def is_final(self) -> bool:
        return self not in {self.QUEUED, self.RUNNING}


class Execution(Model):
    """One step of a run: one bot, at one version, in the sandbox.

    Or one agent; the bots that it calls meanwhile are executions below it, with the
    same position and a `sub` of their own.
    """

    __tablename__ = "bot_executions"
    __table_args__ = (
        sa.UniqueConstraint("run_id", "position", "sub"),
        sa.CheckConstraint("(bot_id IS NULL) <> (agent_id IS NULL)", "one_actor"),
        sa.Index("ix_bot_executions_bot", "bot_id", "id"),
        sa.Index("ix_bot_executions_version", "bot_version_id", "id"),
        sa.Index("ix_bot_executions_bot_run", "bot_id", "run_id"),
        sa.Index("ix_bot_executions_version_run", "bot_version_id", "run_id"),
    )

    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    position: Mapped[int]
    sub: Mapped[int] = mapped_column(default=0)
    """0 for the step itself; from 1 on for what its agent called."""
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("bot_executions.id", ondelete="CASCADE"), index=True
    )
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bots.id"))
    bot_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot_versions.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"), index=True)
    inputs: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    """What an agent handed to the bot it called; a step of a run has the run's."""
    status: Mapped[StepStatus] = mapped_column(default=StepStatus.QUEUED)
    message: Mapped[str] = mapped_column(sa.Text, default="")
    traceback: Mapped[Bulky] = mapped_column(default="")
    output: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    tier: Mapped[str] = mapped_column(sa.String(16), default="")
    layers: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info={"unaudited": True}
    )
    attempt: Mapped[int] = mapped_column(default=0)
    log_lines: Mapped[int] = mapped_column(default=0)
    log_truncated: Mapped[bool] = mapped_column(default=False)
    first_error_line: Mapped[int | None] = mapped_column(info={"unaudited": True})
    """The first line of its log, from 1, that looks like an error."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    run: Mapped["Run"] = relationship(back_populates="steps")
    bot: Mapped[Bot | None] = relationship()
    version: Mapped[BotVersion | None] = relationship()
    agent: Mapped[Agent | None] = relationship()
    called: Mapped[list["Execution"]] = relationship(
        viewonly=True, order_by="Execution.sub"
    )
    """The bots that its agent called, in that order."""
    files: Mapped[list["OutputFile"]] = relationship(
        cascade="all, delete-orphan", order_by="OutputFile.name"
    )
    tail: Mapped[list["LogChunk"]] = relationship(
        viewonly=True,
        order_by="LogChunk.first_line",
        primaryjoin=lambda: sa.and_(
            LogChunk.execution_id == Execution.id,
            LogChunk.first_line + LogChunk.lines > Execution.log_lines - RECENT_LINES,
        ),
    )
    """The chunks that hold the last lines of its log."""

    @property
    def seconds(self) -> float | None:
        return between(self.started_at, self.ended_at)

    @property
    def actor(self) -> Bot | Agent:
        actor = self.bot or self.agent
        assert actor is not None  # noqa: S101  # the table's own rule
        return actor

    @property
    def program(self) -> BotVersion:
        """What runs here; only asked where a bot does, and no agent thinks."""
        assert self.version is not None  # noqa: S101  # the table's own rule
        return self.version

    @property
    def actor_name(self) -> str:
        """Of the bot or of the agent."""
        return self.actor.name

    @property
    def label(self) -> str:
        """Who does it, and a bot's version."""
        return f"{self.actor_name} {self.version}" if self.version else self.actor_name

    @property
    def mind(self) -> dict[str, Any]:
        """With what its agent thinks, as it was judged."""
        workflow = self.run.workflow
        steps = workflow.steps if workflow else []
        return next(each.mind for each in steps if each.position == self.position)

    @property
    def called_bots(self) -> list["Execution"]:
        """None for a bot, without asking the database."""
        return self.called if self.agent_id else []

    @property
    def at_work(self) -> list["Execution"]:
        """The step itself and what its agent called, as far as they run."""
        among = [self, *self.called_bots]
        return [each for each in among if each.status is StepStatus.RUNNING]

    @property
    def bot_name(self) -> str | None:
        return self.bot.name if self.bot else None

    @property
    def agent_name(self) -> str | None:
        return self.agent.name if self.agent else None

    @property
    def version_number(self) -> int | None:
        return self.version.number if self.version else None

    @property
    def went_wrong(self) -> bool:
        return self.status.is_final and self.status is not StepStatus.COMPLETED

    @property
    def recent_lines(self) -> list[str]:
        """The end of its log, for a page's first look."""
        lines = [line for chunk in self.tail for line in chunk.split()]
        return lines[-RECENT_LINES:]

    def __str__(self) -> str:
        return f"step {self.position}"


class OutputFile(Model):
    """A file a step left behind."""

    __tablename__ = "output_files"
    __table_args__ = (sa.UniqueConstraint("execution_id", "name"),)

    execution_id: Mapped[UUID] = mapped_column(
        ForeignKey("bot_executions.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(sa.String(255))
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blobs.id"))

    blob: Mapped[Blob] = relationship()

    @property
    def size(self) -> int:
        return self.blob.size

    @property
    def sha256(self) -> str:
        return self.blob.sha256


class LogChunk(Model):
    """Some lines of a step's log, in the order they were printed."""

    __tablename__ = "log_chunks"
    __table_args__ = (sa.UniqueConstraint("execution_id", "attempt", "first_line"),)

    execution_id: Mapped[UUID] = mapped_column(
        ForeignKey("bot_executions.id", ondelete="CASCADE")
    )
    attempt: Mapped[int]
    first_line: Mapped[int]
    lines: Mapped[int]
    text: Mapped[str] = mapped_column(sa.Text)

    def split(self) -> list[str]:
        return self.text.split("\n")
