"""Files, kept in the database once per content, so that every worker has them."""

import hashlib
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.database import Model
from dashboard.extensions import db

LARGEST = 10 << 20
"""Bytes one file may have."""


class Blob(Model):
    """Some bytes, addressed by their SHA-256; never changed once stored."""

    __tablename__ = "blobs"

    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    size: Mapped[int] = mapped_column(sa.Integer)
    content: Mapped[bytes] = mapped_column(
        sa.LargeBinary, deferred=True, info={"unaudited": True}
    )

    @classmethod
    def keep(cls, content: bytes) -> "Blob":
        """The stored copy of these bytes; the same bytes are stored once."""
        address = hashlib.sha256(content).hexdigest()
        known = db.session.scalar(select(cls).where(cls.sha256 == address))
        if known is None:
            known = cls(sha256=address, size=len(content), content=content)
            db.session.add(known)
            db.session.flush()
        return known

    @classmethod
    def content_of(cls, id_: UUID) -> bytes:
        return db.session.execute(select(cls.content).where(cls.id == id_)).scalar_one()

    def __str__(self) -> str:
        return f"sha256:{self.sha256}"
