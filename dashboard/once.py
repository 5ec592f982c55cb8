"""What is sent twice happens once: forms by a hidden key, calls by their own."""

from uuid import UUID

import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.database import Model, Stamp


class Submission(Model):
    """A form or a call that changed something, and what was answered."""

    __tablename__ = "submissions"

    key: Mapped[str] = mapped_column(sa.String(160), unique=True)
    """Who sent it and the key they chose; committed with the change itself."""
    actor_id: Mapped[UUID]
    fingerprint: Mapped[str] = mapped_column(sa.String(71))
    """Digest of what was sent: the same key with other content is a mistake."""
    status: Mapped[int | None] = mapped_column(info={"unaudited": True})
    """The answer; none while it is still being made."""
    location: Mapped[str] = mapped_column(
        sa.String(500), default="", info={"unaudited": True}
    )
    body: Mapped[str] = mapped_column(sa.Text, default="", info={"unaudited": True})
    subject_type: Mapped[str] = mapped_column(sa.String(64), default="")
    subject_id: Mapped[UUID | None]
    created_at: Mapped[Stamp] = mapped_column(default=now, index=True)


def init_app(app: APIFlask) -> None:
    app.shell_context_processor(lambda: {"Submission": Submission})
