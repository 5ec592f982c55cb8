"""Sessions: where a person is signed in, and for how long."""

from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from flask_login import UserMixin
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model, Secret, Stamp
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models.user import User
from dashboard.users.opaque import Opaque

PREFIX = "qrr"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
CONFIRMED = timedelta(minutes=10)
"""How long a session counts as confirmed by its owner's password."""
SYSTEMS = ("Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux")
BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


class UserSession(Model, UserMixin):
    """One browser a person is signed in with; ending the row ends the session.

    This, not the User, is what Flask-Login calls the user: its id is in the cookie.
    """

    __tablename__ = "user_sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)
    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(sa.String(45), default="")
    agent: Mapped[str] = mapped_column(sa.String(300), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[Stamp] = mapped_column(default=now)
    confirmed_at: Mapped[Stamp] = mapped_column(default=now)
    refresh_hash: Mapped[Secret | None]
    user: Mapped[User] = relationship()

    frozen = False
    """Whether anything was frozen when this was read; no column, so never audited."""

    @classmethod
    def are_live(cls) -> sa.ColumnElement[bool]:
        return sa.and_(cls.seen_at > now() - IDLE, cls.created_at > now() - LONGEST)

    @classmethod
    def live(cls, id_: UUID, *, lock: bool = False) -> "UserSession | None":
        """The session, if it is one; every page also learns whether a freeze holds."""
        limits = {"id": id_, "seen": now() - IDLE, "begun": now() - LONGEST}
        found = db.session.execute(one_live(lock), limits).one_or_none()
        if found is None:
            return None
        session: UserSession = found[0]
        session.frozen = bool(found[1])
        return session

    @classmethod
    def refreshed_by(cls, text: str) -> "tuple[UserSession, bool] | None":
        """The live session a refresh token names, locked, and whether it is its last.

        One that is not was used before: somebody else may hold a copy.
        """
        token = Opaque.read(PREFIX, text)
        session = cls.live(token.id, lock=True) if token else None
        if token is None or session is None or session.refresh_hash is None:
            return None
        return session, token.proves(session.refresh_hash)

    def rotate(self) -> str:
        """A new refresh token, to hand out once; the one before is worth nothing."""
        token = Opaque.made(self.id)
        self.refresh_hash, self.seen_at = token.hash, now()
        return token.text(PREFIX)

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["UserSession"]:
        """One's own; an admin ends anyone's."""
        sessions = select(cls)
        if Permission.USER_WRITE in actor.grants:
            return sessions
        return sessions.where(cls.user_id == actor.id)

    @classmethod
    def of(cls, user: User) -> Select["UserSession"]:
        """The browsers and programs this person is signed in with now."""
        mine = select(cls).where(cls.user_id == user.id, cls.are_live())
        return mine.order_by(cls.created_at.desc(), cls.id)

    @classmethod
    def end_all(cls, user: User, keep: UUID | None = None) -> int:
        """Sign a person out everywhere, but for the session to keep."""
        ended = sa.delete(cls).where(cls.user_id == user.id)
        if keep is not None:
            ended = ended.where(cls.id != keep)
        result: Any = db.session.execute(ended)
        return int(result.rowcount)

    @property
    def is_confirmed(self) -> bool:
        """Whether the password was asked for lately: sensitive changes want that."""
        return self.confirmed_at > now() - CONFIRMED

    @property
    def is_program(self) -> bool:
        return self.refresh_hash is not None

    @property
    def device(self) -> str:
        """The browser and system in words, as far as its own claim tells."""
        return device_of(self.agent)

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return self.user_id == actor.id or Permission.USER_WRITE in actor.grants

    def __str__(self) -> str:
        return f"session on {self.device}"


@cache
def one_live(lock: bool) -> Select[*tuple[Any, ...]]:
    """Built once: every page asks it."""
    wanted = (
        select(UserSession, anything_frozen())
        .join(UserSession.user)
        .options(contains_eager(UserSession.user))
        .where(UserSession.id == sa.bindparam("id"), User.is_active)
        .where(UserSession.seen_at > sa.bindparam("seen"))
        .where(UserSession.created_at > sa.bindparam("begun"))
    )
    return wanted.with_for_update(of=UserSession) if lock else wanted


def anything_frozen() -> sa.ColumnElement[bool]:
    """By name: the freezes know people, so people cannot import the freezes."""
    freezes = Model.metadata.tables["freezes"]
    held = select(freezes.c.id).where(freezes.c.lifted_at.is_(None))
    return held.exists()


def device_of(agent: str) -> str:
    browser = next((name for mark, name in BROWSERS.items() if mark in agent), "")
    system = next((name for name in SYSTEMS if name in agent), "")
    if browser and system:
        return f"{browser} on {system}"
    return browser or system or agent.split("/")[0][:40] or "an unknown device"
