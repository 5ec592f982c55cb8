"""API keys: what a program acts with."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship
from uuid_utils.compat import uuid7

from dashboard.clock import now
from dashboard.database import Model, Secret, Stamp
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import SYSTEM_ONLY, Actor, Permission
from dashboard.users.models.user import User
from dashboard.users.opaque import Opaque

PREFIX = "qrm"


class ApiKey(Model):
    """A key a program acts with, as its owner; only a hash of it is kept."""

    __tablename__ = "api_keys"

    user_id: Mapped[UUID] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(sa.String(100), default="")
    last4: Mapped[str] = mapped_column(sa.String(4), default="")
    secret_hash: Mapped[Secret]
    scopes: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[Stamp | None]
    revoked_at: Mapped[datetime | None]
    user: Mapped[User] = relationship()

    @classmethod
    def issue(
        cls,
        owner: User,
        name: str = "",
        scopes: Collection[Permission] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple["ApiKey", str]:
        """A new key, and the text to show once. No scopes means all its owner has."""
        id_ = uuid7()
        token = Opaque.made(id_)
        granted = scopes if scopes is not None else set(Permission) - SYSTEM_ONLY
        key = cls(
            id=id_,
            user=owner,
            name=name,
            last4=token.secret[-4:],
            secret_hash=token.hash,
            scopes=sorted(granted),
            expires_at=expires_at,
        )
        db.session.add(key)
        db.session.flush()
        return key, token.text(PREFIX)

    @classmethod
    def found(cls, text: str) -> "ApiKey | None":
        """The live key this text is, with its owner."""
        token = Opaque.read(PREFIX, text)
        if token is None:
            return None
        key = db.session.scalar(
            select(cls)
            .join(cls.user)
            .options(contains_eager(cls.user))
            .where(cls.id == token.id, User.is_active, cls.revoked_at.is_(None))
            .where(sa.or_(cls.expires_at.is_(None), cls.expires_at > now()))
        )
        return key if key and token.proves(key.secret_hash) else None

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["ApiKey"]:
        keys = select(cls)
        return keys if actor.sees_all else keys.where(cls.user_id == actor.id)

    @classmethod
    def rows_for(
        cls, actor: Actor, owner_id: UUID | None = None, *, own: bool = False
    ) -> Select[Any]:
        """What the list shows; `own` leaves out what an auditor sees of others."""
        times: list[Any] = [cls.expires_at, cls.last_used_at, cls.revoked_at]
        shown = [cls.id, cls.name, cls.last4, cls.scopes, cls.created_at, *times]
        rows = select(*shown, cls.user_id, User.name.label("owner")).join(cls.user)
        if own or not actor.sees_all:
            rows = rows.where(cls.user_id == actor.id)
        return rows.where(cls.user_id == owner_id) if owner_id else rows

    @property
    def is_live(self) -> bool:
        return self.revoked_at is None and not self.is_expired

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= now()

    def revoke(self) -> None:
        if self.revoked_at is not None:
            raise RuleBroken("This key is revoked already.")
        self.revoked_at = now()

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return self.user_id == actor.id or Permission.USER_WRITE in actor.grants

    def __str__(self) -> str:
        return self.name or f"key …{self.last4}"
