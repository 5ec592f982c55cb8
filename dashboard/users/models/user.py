"""Users: who acts here, and in which role."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.database import Model, Secret, Stamp
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import GRANTS, SEE_ALL, VOTERS, Actor, Permission, Role
from dashboard.users.passwords import NOBODY, hashed, matches, weakness


class User(Model):
    """A person (or, as api_user, a program) that acts here."""

    __tablename__ = "users"

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    username: Mapped[str] = mapped_column(sa.String(100), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    role: Mapped[Role] = mapped_column(default=Role.USER)
    is_active: Mapped[bool] = mapped_column(default=True)
    password_hash: Mapped[Secret]
    last_login_at: Mapped[Stamp | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    updated_at: Mapped[Stamp] = mapped_column(default=now, onupdate=now)

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["User"]:
        """Themselves; everybody only for those who may read people."""
        people = select(cls)
        return people if actor.sees_all else people.where(cls.id == actor.id)

    @classmethod
    def rows_for(
        cls,
        actor: Actor,
        text: str = "",
        role: Role | None = None,
        is_active: bool | None = None,
    ) -> Select[Any]:
        shown: list[Any] = [cls.id, cls.name, cls.username, cls.email, cls.role]
        rows = select(*shown, cls.is_active, cls.last_login_at, cls.created_at)
        if not actor.sees_all:
            rows = rows.where(cls.id == actor.id)
        if text:
            found = [
                column.icontains(text, autoescape=True)
                for column in (cls.name, cls.username, cls.email)
            ]
            rows = rows.where(sa.or_(*found))
        if role is not None:
            rows = rows.where(cls.role == role)
        if is_active is not None:
            rows = rows.where(cls.is_active.is_(is_active))
        return rows

    @classmethod
    def lock_admins(cls) -> set[UUID]:
        """The active admins, locked in one order, so that two requests cannot each
        believe the other's admin remains.
        """
        admins = select(cls.id).where(cls.role == Role.ADMIN, cls.is_active)
        return set(db.session.scalars(admins.order_by(cls.id).with_for_update()))

    @classmethod
    def anybody(cls) -> bool:
        """Whether there is a first user yet."""
        return db.session.scalar(select(sa.exists(select(cls.id)))) or False

    @property
    def grants(self) -> Collection[Permission]:
        return GRANTS[self.role] if self.is_active else frozenset()

    @property
    def sees_all(self) -> bool:
        return self.role in SEE_ALL

    @property
    def may_vote(self) -> bool:
        """A seat makes a voter only of somebody with such a role."""
        return self.is_active and self.role in VOTERS

    def set_password(self, password: str) -> None:
        self.password_hash = hashed(password)

    def has_password(self, password: str) -> bool:
        return matches(self.password_hash, password)

    def weakness_of(self, password: str) -> str | None:
        """Why this password should not be theirs, or None."""
        return weakness(password, self.email, self.username, self.name)

    def leave(self, *, other_admins: int) -> None:
        """Deactivate: nothing is deleted, every door closes."""
        self.keep_an_admin(other_admins)
        self.is_active = False

    def become(self, role: Role, *, other_admins: int) -> None:
        if role is not Role.ADMIN:
            self.keep_an_admin(other_admins)
        self.role = role

    def keep_an_admin(self, others: int) -> None:
        if self.role is Role.ADMIN and self.is_active and not others:
            raise RuleBroken(
                f"{self.name} is the last active admin. Make somebody else one first."
            )

    def permits(self, actor: Actor, permission: Permission) -> bool:
        own = {Permission.PROFILE_READ, Permission.PROFILE_WRITE}
        return self.id == actor.id if permission in own else True

    def __str__(self) -> str:
        return self.name


def account(name: str) -> User | None:
    """Who is called this, by email or username."""
    wanted = name.lower()
    called = sa.or_(User.email == wanted, User.username == wanted)
    return db.session.scalar(select(User).where(called))


def with_password(name: str, password: str) -> tuple[User | None, bool]:
    """Who is called this, and whether they may sign in with this password.

    An unknown name costs as much work as a known one.
    """
    user = account(name)
    right = matches(user.password_hash if user else NOBODY, password)
    signs_in = user is not None and user.is_active and user.role is not Role.API_USER
    return user, signs_in and right
