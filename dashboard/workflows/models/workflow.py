"""A proposal: what is to run, why, and where it stands."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.agents.models import Agent
from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.councils.models import Adviser, Council, Membership
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.files.models import Blob
from dashboard.full_text import find_by_words
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models.rounds import Round


class Status(StrEnum):
    DRAFT = "draft"
    OPEN = "open"
    APPROVED = "approved"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def is_final(self) -> bool:
        return self not in {self.DRAFT, self.OPEN, self.APPROVED, self.RUNNING}


class WorkflowStep(Model):
    """One bot of a workflow, at the version that was current when it was proposed.

    Or one agent, with all that it will think with as it was then.
    """

    __tablename__ = "workflow_steps"
    __table_args__ = (
        sa.UniqueConstraint("workflow_id", "position"),
        sa.Index("ix_workflow_steps_version", "bot_version_id", "workflow_id"),
        sa.CheckConstraint("(bot_id IS NULL) <> (agent_id IS NULL)", "one_actor"),
    )

    workflow_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE")
    )
    position: Mapped[int]
    bot_id: Mapped[UUID | None] = mapped_column(ForeignKey("bots.id"), index=True)
    bot_version_id: Mapped[UUID | None] = mapped_column(ForeignKey("bot_versions.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"), index=True)
    pinned: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    """Of an agent: its prompt's version, model, tools and task; see `Pinned`."""

    bot: Mapped[Bot | None] = relationship()
    version: Mapped[BotVersion | None] = relationship()
    agent: Mapped[Agent | None] = relationship()

    @property
    def actor(self) -> Bot | Agent:
        actor = self.bot or self.agent
        assert actor is not None  # noqa: S101  # the table's own rule
        return actor

    @property
    def actor_name(self) -> str:
        return self.actor.name

    @property
    def program(self) -> BotVersion:
        """What runs here; only asked where a bot does, and no agent thinks."""
        assert self.version is not None  # noqa: S101  # the table's own rule
        return self.version

    @property
    def mind(self) -> dict[str, Any]:
        """With what the agent thinks here; only asked where one does."""
        assert self.pinned is not None  # noqa: S101  # kept beside every agent
        return self.pinned

    @property
    def why_absent(self) -> str:
        """Who does this step and is not to be had, in a sentence."""
        actor = self.actor
        if isinstance(actor, Bot):
            there, kind = actor.can_run, "bot"
        else:
            there, kind = actor.is_active, "agent"
        return "" if there else f"The {kind} {actor} is {actor.status}, not active."


class WorkflowFile(Model):
    """A file attached to a workflow; its bots read it."""

    __tablename__ = "workflow_files"
    __table_args__ = (sa.UniqueConstraint("workflow_id", "name"),)

    workflow_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE")
    )
    name: Mapped[str] = mapped_column(sa.String(120))
    blob_id: Mapped[UUID] = mapped_column(ForeignKey("blobs.id"))

    blob: Mapped[Blob] = relationship()


class WorkflowEditor(Model):
    """Somebody who may change a workflow, and when they last changed what is judged."""

    __tablename__ = "workflow_editors"
    __table_args__ = (sa.UniqueConstraint("workflow_id", "user_id"),)

    workflow_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    edited_at: Mapped[datetime | None]
    is_named: Mapped[bool] = mapped_column(default=True)
    """Whether they still may; who has edited stays written down."""

    user: Mapped[User] = relationship()


class Workflow(Model):
    """A request that a council votes on; once approved, it runs once."""

    __tablename__ = "workflows"
    __table_args__ = (
        sa.Index("ix_workflows_status", "status", "id"),
        sa.Index("ix_workflows_council", "council_id", "status", "id"),
        sa.Index("ix_workflows_type", "type_id", "id"),
        sa.Index("ix_workflows_proposer", "proposer_id", "id"),
    )

    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    type_id: Mapped[UUID] = mapped_column(ForeignKey("workflow_types.id"))
    council_id: Mapped[UUID] = mapped_column(ForeignKey("councils.id"))
    proposer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    agent_id: Mapped[UUID | None] = mapped_column(ForeignKey("agents.id"), index=True)
    inputs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    weekly_savings: Mapped[int | None]
    savings: Mapped[dict[str, Any] | None]
    """What its type's calculator made of the inputs; see `savings.Savings`."""
    change: Mapped[dict[str, Any] | None] = mapped_column(info={"bulky": True})
    """What its run would change here, see `changes`; most work has none."""
    routing: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Why this council decides."""
    status: Mapped[Status] = mapped_column(default=Status.DRAFT)
    status_reason: Mapped[str] = mapped_column(sa.String(40), default="")
    revision: Mapped[int] = mapped_column(default=1)
    content_hash: Mapped[str] = mapped_column(sa.String(71), default="")
    seq: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    """Grows with every change: it locks first, and tells pages there is news."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    type: Mapped[WorkflowType] = relationship()
    council: Mapped[Council] = relationship()
    proposer: Mapped[User] = relationship()
    agent: Mapped[Agent | None] = relationship()
    steps: Mapped[list[WorkflowStep]] = relationship(
        cascade="all, delete-orphan", order_by=WorkflowStep.position
    )
    files: Mapped[list[WorkflowFile]] = relationship(
        cascade="all, delete-orphan", order_by=WorkflowFile.name
    )
    editors: Mapped[list[WorkflowEditor]] = relationship(cascade="all, delete-orphan")
    rounds: Mapped[list[Round]] = relationship(
        back_populates="workflow",
        cascade="all, delete-orphan",
        order_by=Round.revision.desc(),
    )

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Workflow"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        """Whoever proposed or edits it, sits on its council, or has an agent there."""
        if actor.sees_all:
            return sa.true()
        sits = select(Membership.council_id).where(Membership.user_id == actor.id)
        edits = select(WorkflowEditor.workflow_id).where(
            WorkflowEditor.user_id == actor.id
        )
        advises = (
            select(Adviser.council_id)
            .join(Adviser.agent)
            .where(Agent.owner_id == actor.id)
        )
        return sa.or_(
            cls.proposer_id == actor.id,
            cls.council_id.in_(sits),
            cls.council_id.in_(advises),
            cls.id.in_(edits),
        )

    @property
    def round(self) -> Round | None:
        """The vote on the current revision, once it was opened."""
        return next((r for r in self.rounds if r.revision == self.revision), None)

    @property
    def agents_needed(self) -> set[UUID]:
        """For whom it runs, and who does steps of it."""
        agents = {self.agent_id, *(step.agent_id for step in self.steps)}
        return {agent_id for agent_id in agents if agent_id}

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN

    @property
    def authors(self) -> set[UUID]:
        """Who proposed it, and whom they let change it."""
        named = {editor.user_id for editor in self.editors if editor.is_named}
        return {self.proposer_id} | named

    @property
    def co_editors(self) -> list[WorkflowEditor]:
        """Whom the proposer lets change it, too."""
        return [
            each
            for each in self.editors
            if each.is_named and each.user_id != self.proposer_id
        ]

    @property
    def have_edited(self) -> set[UUID]:
        """Who changed what is judged since it was first proposed."""
        return {each.user_id for each in self.editors if each.edited_at}

    def note_edit(self, user_id: UUID, at: datetime) -> None:
        """Another revision: somebody changed what is judged."""
        self.revision += 1
        editor = next((e for e in self.editors if e.user_id == user_id), None)
        if editor is None:
            editor = WorkflowEditor(user_id=user_id)
            self.editors.append(editor)
        editor.edited_at = at

    def let_edit(self, user_ids: Collection[UUID]) -> None:
        """Make these people the co-editors; who has edited stays written down."""
        known = {each.user_id for each in self.editors}
        for each in self.editors:
            each.is_named = each.user_id in user_ids
        self.editors = [
            each for each in self.editors if each.edited_at or each.is_named
        ]
        self.editors += [
            WorkflowEditor(user_id=id_) for id_ in user_ids if id_ not in known
        ]

    def begin_run(self) -> None:
        """The approval is spent: what was approved starts now."""
        if self.status is not Status.APPROVED:
            raise RuleBroken("Only an approved workflow can start to run.")
        self.move(Status.RUNNING)

    def end_run(self, status: Status, reason: str, at: datetime) -> None:
        """How the run ended; also a run that was blocked before it began."""
        if self.status not in {Status.APPROVED, Status.RUNNING}:
            raise RuleBroken("This workflow is not running.")
        self.move(status, reason, at)

    def move(
        self, status: Status, reason: str = "", at: datetime | None = None
    ) -> None:
        """Every change of state goes through here."""
        self.status = status
        self.status_reason = reason
        self.ended_at = at if status.is_final else None
        self.touch()

    def touch(self) -> None:
        """Tell the pages that show this workflow that there is news."""
        self.seq += 1

    def permits(self, actor: Actor, permission: Permission) -> bool:
        """Authors write, guardians stop, and nobody voids a vote on their own work.

        Whether somebody may vote is asked of the round itself.
        """
        guards = Permission.FREEZE_WRITE in actor.grants
        if permission in {Permission.WORKFLOW_WRITE, Permission.WORKFLOW_OPEN}:
            return actor.id in self.authors
        if permission is Permission.WORKFLOW_CANCEL:
            return actor.id == self.proposer_id or guards
        if permission is Permission.WORKFLOW_RUN:
            return actor.id in self.authors or guards
        if permission is Permission.WORKFLOW_VOID:
            speaks_for = self.agent is not None and self.agent.owner_id == actor.id
            return actor.id not in self.authors | self.have_edited and not speaks_for
        return True

    def __str__(self) -> str:
        return f"#{self.number} {self.title}"


find_by_words(Workflow.title)
