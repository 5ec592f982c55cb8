"""One vote on one revision: everything frozen at its opening, and who voted how."""

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.database import Model
from dashboard.users.models import User
from dashboard.workflows.rules import Rule
from dashboard.workflows.voting import Ballot, Choice, Seat

if TYPE_CHECKING:
    from dashboard.workflows.models.workflow import Workflow


class Outcome(StrEnum):
    """How a round ended; none while it is open."""

    APPROVED = "approved"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class Round(Model):
    """One vote on one revision of a workflow, by the rule as it was at opening."""

    __tablename__ = "workflow_rounds"
    __table_args__ = (
        sa.UniqueConstraint("workflow_id", "revision"),
        sa.Index("ix_workflow_rounds_due", "outcome", "closes_at"),
    )

    workflow_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflows.id", ondelete="CASCADE")
    )
    revision: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(info={"bulky": True})
    content_hash: Mapped[str] = mapped_column(sa.String(71))
    rule: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    original_closes_at: Mapped[datetime]
    quorum_reached_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
    early: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    explain: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info={"unaudited": True}
    )
    oversight: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Whether this had to be voted on at all, and why."""
    half_reminded_at: Mapped[datetime | None] = mapped_column(info={"unaudited": True})
    last_reminded_at: Mapped[datetime | None] = mapped_column(info={"unaudited": True})

    workflow: Mapped["Workflow"] = relationship(back_populates="rounds")
    voters: Mapped[list["RoundVoter"]] = relationship(
        cascade="all, delete-orphan", order_by="RoundVoter.id"
    )
    votes: Mapped[list["Vote"]] = relationship(
        cascade="all, delete-orphan", order_by="Vote.id"
    )

    @property
    def is_open(self) -> bool:
        return self.outcome is None

    @property
    def frozen_rule(self) -> Rule:
        return Rule.model_validate(self.rule)

    @property
    def seats(self) -> list[Seat]:
        """The electorate as the engine wants it."""
        return [voter.seat for voter in self.voters]

    @property
    def live_votes(self) -> list["Vote"]:
        """The votes that count: the last of each person, unless it was voided."""
        return [vote for vote in self.votes if vote.counts]

    @property
    def ballots(self) -> list[Ballot]:
        return [Ballot(vote.user_id, Choice(vote.choice)) for vote in self.live_votes]

    def vote_of(self, user_id: UUID) -> "Vote | None":
        return next((v for v in self.live_votes if v.user_id == user_id), None)

    def voided_vote_of(self, user_id: UUID) -> "Vote | None":
        return next(
            (v for v in self.votes if v.user_id == user_id and v.voided_at), None
        )

    @property
    def is_extended(self) -> bool:
        return self.closes_at > self.original_closes_at

    def voter(self, user_id: UUID) -> "RoundVoter | None":
        return next((v for v in self.voters if v.user_id == user_id), None)

    def __str__(self) -> str:
        return f"round {self.revision}"


class RoundVoter(Model):
    """Somebody who may vote in a round, with weight and roles as they were then."""

    __tablename__ = "workflow_round_voters"
    __table_args__ = (sa.UniqueConstraint("round_id", "user_id"),)

    round_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_rounds.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    weight: Mapped[int]
    roles: Mapped[list[str]] = mapped_column(default=list)
    can_veto: Mapped[bool] = mapped_column(default=False)
    gone: Mapped[bool] = mapped_column(default=False)

    user: Mapped[User] = relationship()

    @property
    def seat(self) -> Seat:
        return Seat(
            voter=self.user_id,
            weight=self.weight,
            roles=frozenset(self.roles),
            can_veto=self.can_veto,
            gone=self.gone,
        )


class Vote(Model):
    """One vote as it was cast; another mind adds a row, nothing is overwritten."""

    __tablename__ = "workflow_votes"
    __table_args__ = (
        sa.Index(
            "ix_workflow_votes_live",
            "round_id",
            "user_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.UniqueConstraint("round_id", "user_id", "key"),
    )

    round_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_rounds.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    choice: Mapped[Choice]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    revision: Mapped[int]
    content_hash: Mapped[str] = mapped_column(sa.String(71))
    key: Mapped[str] = mapped_column(sa.String(64))
    cast_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
    voided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    void_reason: Mapped[str] = mapped_column(sa.Text, default="")

    user: Mapped[User] = relationship(foreign_keys=user_id)
    voided_by: Mapped[User | None] = relationship(foreign_keys=voided_by_id)

    def void(self, by: User, reason: str, at: datetime) -> None:
        """It stays to be read, and counts no more."""
        self.voided_by, self.void_reason, self.voided_at = by, reason, at

    @property
    def counts(self) -> bool:
        return self.superseded_at is None and self.voided_at is None

    def __str__(self) -> str:
        return f"{self.choice} by {self.user_id}"
