"""Runs: what an approval buys, or what somebody started on its own."""

import json
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.database import Model, Stamp
from dashboard.errors import RuleBroken
from dashboard.files.models import Blob
from dashboard.permissions import Actor, Permission
from dashboard.runs.models.steps import Execution, StepStatus, between
from dashboard.users.models import User
from dashboard.workflows.models import Round, Workflow


class RunStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    BLOCKED = "blocked"
    CANCELLED = "cancelled"
    NEEDS_REVIEW = "needs_review"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()

    @property
    def is_final(self) -> bool:
        return self not in {self.QUEUED, self.RUNNING}


class Trigger(StrEnum):
    WORKFLOW = "workflow"
    PERSON = "person"
    API = "api"
    SCHEDULE = "schedule"
    HOOK = "hook"

    @property
    def label(self) -> str:
        return f"Started by {TRIGGERED_BY[self]}"


TRIGGERED_BY = {
    Trigger.WORKFLOW: "an approval",
    Trigger.PERSON: "a person",
    Trigger.API: "the API",
    Trigger.SCHEDULE: "a schedule",
    Trigger.HOOK: "an incoming webhook",
}

MOST_FACETS = 20
LONGEST_FACET = (80, 200)
"""Characters of a name and of a value by which runs are filtered."""

WENT_WRONG = frozenset({RunStatus.FAILED, RunStatus.BLOCKED, RunStatus.NEEDS_REVIEW})
"""Endings that somebody should look at."""


def state_of(
    status: "RunStatus", step: int, tries: int, asked_to_stop: datetime | None
) -> str:
    return f"{status.value}.{step}.{tries}.{'stop' if asked_to_stop else 'go'}"


class Run(Model):
    """The one execution an approval buys, or of a bot that needs no vote.

    `token` is the fence: whoever holds it writes, everybody else is refused.
    """

    __tablename__ = "runs"
    __table_args__ = (
        sa.Index("ix_runs_ready", "status", "available_at"),
        sa.Index("ix_runs_status", "status", "id"),
        sa.Index("ix_runs_bot", "bot_id", "id"),
        sa.Index("ix_runs_workflow", "workflow_id", "id"),
        sa.Index("ix_runs_schedule", "schedule_id", "status"),
        sa.Index("ix_runs_trigger", "trigger", "id"),
        sa.Index("ix_runs_started_by", "started_by_id", "id"),
        sa.Index("ix_runs_unacknowledged", "is_unacknowledged", "id"),
        sa.Index("ix_runs_queued", "queued_at", "id", "status"),
        sa.Index("ix_runs_ended", "ended_at", "status"),
    )

    workflow_id: Mapped[UUID | None] = mapped_column(ForeignKey("workflows.id"))
    round_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("workflow_rounds.id"), unique=True
    )
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bots.id"))
    """The bot of a run on its own; a workflow's bots stand on its steps."""
    started_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    schedule_id: Mapped[UUID | None] = mapped_column(ForeignKey("schedules.id"))
    hook_id: Mapped[UUID | None] = mapped_column(ForeignKey("hooks.id"), index=True)
    retry_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("runs.id"), index=True)
    """The run that this one tries again."""
    trigger: Mapped[Trigger]
    status: Mapped[RunStatus] = mapped_column(default=RunStatus.QUEUED)
    error: Mapped[str] = mapped_column(sa.Text, default="")
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict, info={"bulky": True})
    output: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    step: Mapped[int] = mapped_column(default=0)
    """How many steps are committed."""
    attempt: Mapped[int] = mapped_column(default=0)
    token: Mapped[str | None] = mapped_column(sa.String(32), info={"unaudited": True})
    lease_until: Mapped[datetime | None] = mapped_column(info={"unaudited": True})
    worker: Mapped[str] = mapped_column(sa.String(120), default="")
    cancel_requested_at: Mapped[datetime | None]
    queued_at: Mapped[datetime] = mapped_column(default=now)
    available_at: Mapped[datetime] = mapped_column(default=now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    dispatched_at: Mapped[Stamp | None]
    """When the queue was last told of it; the row, not the queue, is the truth."""
    dispatches: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    is_unacknowledged: Mapped[bool] = mapped_column(default=False)
    """It went wrong, and nobody has said yet that they looked at it."""
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    acknowledgement: Mapped[str] = mapped_column(sa.Text, default="")

    workflow: Mapped[Workflow | None] = relationship()
    round: Mapped[Round | None] = relationship()
    bot: Mapped[Bot | None] = relationship()
    started_by: Mapped[User | None] = relationship(foreign_keys=started_by_id)
    acknowledged_by: Mapped[User | None] = relationship(foreign_keys=acknowledged_by_id)
    retry_of: Mapped["Run | None"] = relationship(remote_side="Run.id")
    steps: Mapped[list[Execution]] = relationship(
        cascade="all, delete-orphan",
        order_by=Execution.position,
        back_populates="run",
        primaryjoin=lambda: sa.and_(Run.id == Execution.run_id, Execution.sub == 0),
    )
    files: Mapped[list["RunFile"]] = relationship(
        cascade="all, delete-orphan", order_by="RunFile.name"
    )
    facets: Mapped[list["RunInput"]] = relationship(cascade="all, delete-orphan")

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Run"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Who sees the workflow, started the run, or owns the bot."""
        if actor.sees_all:
            return sa.true()
        workflows = select(Workflow.id).where(Workflow.seen_by(actor))
        return cls.is_of(actor, cls.workflow_id.in_(workflows))

    @classmethod
    def seen_one_by_one(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """The same of each run that is read, joined with its workflow.

        To know first which of all workflows they are takes longer than a page does.
        """
        return cls.is_of(actor, Workflow.seen_by(actor))

    @classmethod
    def is_of(
        cls, actor: Actor, sees_workflow: sa.ColumnElement[bool]
    ) -> sa.ColumnElement[bool]:
        bots = select(Bot.id).where(Bot.owner_id == actor.id)
        return sa.or_(
            cls.started_by_id == actor.id, sees_workflow, cls.bot_id.in_(bots)
        )

    @classmethod
    def of_workflow(
        cls,
        workflow: Workflow,
        round: Round,
        available_at: datetime,
        started_by: User | None = None,
    ) -> "Run":
        """The one run this round's approval buys; the caller adds and commits it."""
        return cls(
            workflow=workflow,
            round_id=round.id,
            started_by=started_by,
            trigger=Trigger.WORKFLOW,
            inputs=workflow.inputs,
            available_at=available_at,
            facets=facets_of(workflow.inputs),
            steps=[
                Execution(
                    position=step.position,
                    bot_id=step.bot_id,
                    bot_version_id=step.bot_version_id,
                    agent_id=step.agent_id,
                )
                for step in ([] if workflow.change else workflow.steps)
            ],
        )

    @classmethod
    def of_bot(
        cls,
        version: BotVersion,
        *,
        inputs: dict[str, Any],
        files: Mapping[str, UUID],
        **facts: Any,
    ) -> "Run":
        """One step of one bot, without a vote; see runs.placing."""
        step = Execution(position=1, bot_id=version.bot_id, version=version)
        return cls(
            bot_id=version.bot_id,
            inputs=inputs,
            facets=facets_of(inputs),
            files=[RunFile(name=name, blob_id=id_) for name, id_ in files.items()],
            steps=[step],
            **facts,
        )

    def withdraw(self, why: str, at: datetime) -> None:
        """Take it back before any worker has begun it; what has begun is stopped."""
        if self.status is RunStatus.RUNNING:
            raise RuleBroken("The run has begun. Stop it on its own page first.")
        if self.status is RunStatus.QUEUED:
            self.status, self.error, self.ended_at = RunStatus.CANCELLED, why, at

    @property
    def seconds(self) -> float | None:
        """How long it ran, once it ended."""
        return between(self.started_at, self.ended_at)

    @property
    def wait_seconds(self) -> float | None:
        """How long it stood in the queue after it was allowed to start."""
        return between(max(self.queued_at, self.available_at), self.started_at)

    @property
    def state(self) -> str:
        """A word that changes whenever the run's page would look different."""
        tries = sum(step.attempt for step in self.steps)
        return state_of(self.status, self.step, tries, self.cancel_requested_at)

    @property
    def is_queued(self) -> bool:
        return self.status is RunStatus.QUEUED

    @property
    def is_live(self) -> bool:
        return not self.status.is_final

    @property
    def next_step(self) -> Execution | None:
        """What is to be done now; nothing after a step that went wrong."""
        if self.failed_step:
            return None
        return next((step for step in self.steps if not step.status.is_final), None)

    @property
    def failed_step(self) -> Execution | None:
        return next((step for step in self.steps if step.went_wrong), None)

    @property
    def running_step(self) -> Execution | None:
        return next((s for s in self.steps if s.status is StepStatus.RUNNING), None)

    @property
    def name(self) -> str:
        if self.workflow:
            return str(self.workflow)
        return self.bot.name if self.bot else "Run"

    @property
    def has_begun(self) -> bool:
        """Also while it waits for another worker because the first one was lost."""
        return self.started_at is not None or self.status is RunStatus.RUNNING

    @property
    def is_emergency(self) -> bool:
        """To stop what a council let run is a guardian's office, and wants a reason."""
        return self.workflow_id is not None and self.has_begun

    def acknowledge(self, actor: User, note: str, at: datetime) -> None:
        """Say that somebody looked at what went wrong."""
        if not self.status.is_final:
            raise RuleBroken("This run is not over yet. Look at how it ends first.")
        if self.acknowledged_at:
            raise RuleBroken("Somebody has looked at this run already.")
        if not self.is_unacknowledged:
            raise RuleBroken("Nothing went wrong in this run: nobody has to look.")
        self.is_unacknowledged = False
        self.acknowledged_at, self.acknowledgement = at, note
        self.acknowledged_by_id = actor.id

    def permits(self, actor: Actor, permission: Permission) -> bool:
        """Whoever answers for it calls it back; an approval at work is a guardian's."""
        if permission is Permission.RUN_ACKNOWLEDGE:
            return actor.sees_all or actor.id in self.answerable
        if permission is not Permission.RUN_CANCEL:
            return True
        if Permission.FREEZE_WRITE in actor.grants:
            return True
        return actor.id in self.answerable and not self.is_emergency

    @property
    def answerable(self) -> set[UUID | None]:
        """Whoever started it, proposed it or owns the bot."""
        answerable = {self.started_by_id}
        if self.workflow:
            answerable |= self.workflow.authors
        if self.bot:
            answerable.add(self.bot.owner_id)
        return answerable

    def __str__(self) -> str:
        return f"run {self.id.hex[-6:]}"


class RunFile(Model):
    """A file handed to a bot that runs on its own; a workflow has its own files."""

    __tablename__ = "run_files"
    __table_args__ = (sa.UniqueConstraint("run_id", "name"),)

    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(sa.String(120))
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blobs.id"))

    blob: Mapped[Blob] = relationship()


class RunInput(Model):
    """One plain input of a run as text, by which the list of runs is filtered."""

    __tablename__ = "run_inputs"
    __table_args__ = (sa.Index("ix_run_inputs_value", "name", "value", "run_id"),)

    run_id: Mapped[UUID] = mapped_column(
        ForeignKey("runs.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(80), info={"unaudited": True})
    value: Mapped[str] = mapped_column(sa.String(200), info={"unaudited": True})


def facets_of(inputs: Mapping[str, Any]) -> list[RunInput]:
    """Text, numbers and yes or no, as people type them into the list's filter."""
    plain = {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in inputs.items()
        if isinstance(value, str | int | float | bool)
    }
    return [
        RunInput(name=name, value=value)
        for name, value in list(plain.items())[:MOST_FACETS]
        if len(name) <= LONGEST_FACET[0]
        and len(value) <= LONGEST_FACET[1]
        and "\0" not in name + value
    ]
