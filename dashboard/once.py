"""What is sent twice happens once: whoever changes something takes the key it has.

The key is stored in the transaction of the change. Its constraint decides which of
two equal requests was first; `repeats` answers the other one.
"""

import secrets
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column
from uuid_utils.compat import uuid7

from dashboard.clock import now
from dashboard.database import Model, Stamp
from dashboard.permissions import Actor

FIELD = "once"
"""The hidden field of every form that changes something."""


class Repeated(Exception):
    """The same was sent before; the first answer holds."""


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
    sealed_body: Mapped[str | None] = mapped_column(sa.Text, info={"secret": True})
    """What a program was answered: it may hold a secret that is shown once."""
    subject_type: Mapped[str] = mapped_column(sa.String(64), default="")
    subject_id: Mapped[UUID | None]
    created_at: Mapped[Stamp] = mapped_column(default=now, index=True)


@dataclass
class Claim:
    """The key of the request that is being answered."""

    key: str
    actor_id: UUID
    fingerprint: str
    id: UUID = field(default_factory=uuid7)
    is_kept: bool = False
    """Committed, with what this request changed."""


def expect(session: Session, claim: Claim) -> None:
    """Let the first change of this session take the key."""
    session.info["once"] = claim


def take(session: Session, actor: Actor) -> None:
    """Store the key, before anything is changed; whoever comes second waits here.

    What the system itself does on the way takes no key: the person's own change may
    be refused yet, and then the same may be sent again.
    """
    claim = open_claim(session, actor)
    if claim is None:
        return
    row = {"id": claim.id, "key": claim.key, "actor_id": claim.actor_id}
    try:
        session.execute(insert(Submission).values(**row, fingerprint=claim.fingerprint))
    except IntegrityError as error:
        raise Repeated(claim.key) from error


def point(session: Session, actor: Actor, subject: Model | None) -> None:
    """Name what was changed: it is where a repeat leads if the answer is lost."""
    claim = open_claim(session, actor)
    if claim is None or subject is None:
        return
    values = {"subject_type": subject.__tablename__, "subject_id": subject.id}
    stored = update(Submission).where(Submission.id == claim.id)
    session.execute(stored.values(**values))


def keep(session: Session, actor: Actor) -> None:
    """It is committed; what this request changes further belongs to it."""
    if claim := open_claim(session, actor):
        claim.is_kept = True


def open_claim(session: Session, actor: Actor) -> Claim | None:
    claim: Claim | None = session.info.get("once")
    if claim is None or claim.is_kept or claim.actor_id != actor.id:
        return None
    return claim


def new_key() -> str:
    return secrets.token_urlsafe(16)


def init_app(app: APIFlask) -> None:
    # not on top: the write path imports this file, and those stand upon it
    from dashboard import repeats, tick

    repeats.init_app(app)
    tick.every(3600, "submissions", repeats.prune_old)
    app.jinja_env.globals["once_key"] = new_key
    app.shell_context_processor(lambda: {"Submission": Submission})
