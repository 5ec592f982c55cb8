"""Councils: who sits on them, who advises them, and by which rule they decide."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission

if TYPE_CHECKING:
    from dashboard.agents.models import Agent
    from dashboard.councils.schemas import AdviserIn, MemberIn
    from dashboard.users.models import User
    from dashboard.workflow_types.models import WorkflowType


class Membership(Model):
    """One person's seat on a council. Weight 0 watches: it reads and never votes."""

    __tablename__ = "council_memberships"
    __table_args__ = (sa.UniqueConstraint("council_id", "user_id"),)

    council_id: Mapped[UUID] = mapped_column(
        ForeignKey("councils.id", ondelete="CASCADE")
    )
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(sa.String(40), default="member")
    weight: Mapped[int] = mapped_column(sa.Integer, default=1)
    can_veto: Mapped[bool] = mapped_column(default=False)

    user: Mapped["User"] = relationship()


class Adviser(Model):
    """An agent heard by a council. It advises; it is never counted."""

    __tablename__ = "council_advisers"
    __table_args__ = (sa.UniqueConstraint("council_id", "agent_id"),)

    council_id: Mapped[UUID] = mapped_column(
        ForeignKey("councils.id", ondelete="CASCADE")
    )
    agent_id: Mapped[UUID] = mapped_column(
        ForeignKey("agents.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(sa.String(40), default="adviser")

    agent: Mapped["Agent"] = relationship()


class BlockedType(Model):
    """A kind of work this council never lets through, and why."""

    __tablename__ = "council_blocked_types"
    __table_args__ = (sa.UniqueConstraint("council_id", "type_id"),)

    council_id: Mapped[UUID] = mapped_column(
        ForeignKey("councils.id", ondelete="CASCADE")
    )
    type_id: Mapped[UUID] = mapped_column(
        ForeignKey("workflow_types.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(sa.String(200), default="")

    type: Mapped["WorkflowType"] = relationship()


class Charter(Model):
    """Changes to this council are voted on themselves, as proposals of this type."""

    __tablename__ = "council_charters"

    council_id: Mapped[UUID] = mapped_column(
        ForeignKey("councils.id", ondelete="CASCADE"), unique=True
    )
    type_id: Mapped[UUID] = mapped_column(ForeignKey("workflow_types.id"), index=True)

    type: Mapped["WorkflowType"] = relationship()


class Council(Model):
    """A body of people that votes by one rule."""

    __tablename__ = "councils"
    __table_args__ = (sa.Index("ix_councils_archived", "archived_at", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str] = mapped_column(sa.Text, default="")
    rule: Mapped[dict[str, Any]]
    domains: Mapped[list[str]] = mapped_column(default=list)
    review_actions: Mapped[bool] = mapped_column(default=True)
    savings_threshold: Mapped[int] = mapped_column(sa.Integer, default=0)
    created_at: Mapped[datetime] = mapped_column(default=now)
    archived_at: Mapped[datetime | None]

    members: Mapped[list[Membership]] = relationship(
        cascade="all, delete-orphan", order_by=Membership.id
    )
    advisers: Mapped[list[Adviser]] = relationship(
        cascade="all, delete-orphan", order_by=Adviser.id
    )
    blocked_types: Mapped[list[BlockedType]] = relationship(
        cascade="all, delete-orphan", order_by=BlockedType.id
    )
    charter: Mapped[Charter | None] = relationship(cascade="all, delete-orphan")

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Council"]:
        return select(cls).where(cls.seen_by(actor))

    @classmethod
    def seen_by(cls, actor: Actor) -> sa.ColumnElement[bool]:
        if actor.sees_all:
            return sa.true()
        return cls.members.any(Membership.user_id == actor.id)

    @classmethod
    def rows_for(
        cls, actor: Actor, text: str = "", *, archived: bool = False
    ) -> Select[Any]:
        """What the list shows, without loading a single object."""
        people = seats_of(Membership, cls.id).label("people")
        agents = seats_of(Adviser, cls.id).label("agents")
        rows = select(
            cls.id,
            cls.name,
            cls.description,
            cls.rule,
            cls.created_at,
            cls.archived_at,
            people,
            agents,
        )
        when = cls.archived_at.is_not(None) if archived else cls.archived_at.is_(None)
        rows = rows.where(cls.seen_by(actor), when)
        return rows.where(cls.name.icontains(text, autoescape=True)) if text else rows

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def charter_type_id(self) -> UUID | None:
        """The type as which changes to it are voted on, if they are."""
        return self.charter.type_id if self.charter else None

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return actor.sees_all or self.has_member(actor)

    def has_member(self, actor: Actor) -> bool:
        return any(member.user_id == actor.id for member in self.members)

    def archive(self) -> None:
        if self.is_archived:
            raise RuleBroken("This council is archived already.")
        self.archived_at = now()

    def restore(self) -> None:
        if not self.is_archived:
            raise RuleBroken("This council is not archived.")
        self.archived_at = None

    def seat(self, wanted: "list[MemberIn]") -> None:
        """Make these, and only these, the people who sit here."""
        seated = {member.user_id: member for member in self.members}
        kept = {each.user_id for each in wanted}
        self.members = [each for each in self.members if each.user_id in kept]
        for each in wanted:
            member = seated.get(each.user_id)
            if member is None:
                member = Membership(user_id=each.user_id)
                self.members.append(member)
            member.role = each.role
            member.weight = each.weight
            member.can_veto = each.can_veto

    def hear(self, wanted: "list[AdviserIn]") -> None:
        """Make these, and only these, the agents heard here."""
        heard = {adviser.agent_id: adviser for adviser in self.advisers}
        kept = {each.agent_id for each in wanted}
        self.advisers = [each for each in self.advisers if each.agent_id in kept]
        for each in wanted:
            adviser = heard.get(each.agent_id)
            if adviser is None:
                adviser = Adviser(agent_id=each.agent_id)
                self.advisers.append(adviser)
            adviser.role = each.role

    def __str__(self) -> str:
        return self.name


def seats_of(
    seat: type[Membership] | type[Adviser], council: Any
) -> sa.ScalarSelect[int]:
    return (
        select(func.count(seat.id)).where(seat.council_id == council).scalar_subquery()
    )
