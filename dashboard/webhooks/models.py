"""Webhooks: who is told of decisions and runs, and the outbox of what they are told."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ForeignKey, Select, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dashboard.clock import now
from dashboard.database import Model, Stamp
from dashboard.errors import RuleBroken
from dashboard.permissions import Actor, Permission
from dashboard.sealing import seal
from dashboard.users.models import User
from dashboard.webhooks.signing import key_of


class Event(StrEnum):
    """What another program can be told of."""

    WORKFLOW_OPENED = "workflow.opened"
    WORKFLOW_DECIDED = "workflow.decided"
    RUN_ENDED = "run.ended"
    INCIDENT_OPENED = "incident.opened"
    TEST = "webhook.test"

    @property
    def label(self) -> str:
        return MEANINGS[self]


MEANINGS = {
    Event.WORKFLOW_OPENED: "Voting opened on a workflow",
    Event.WORKFLOW_DECIDED: "A workflow was decided",
    Event.RUN_ENDED: "A run ended",
    Event.INCIDENT_OPENED: "An incident was opened",
    Event.TEST: "A test, sent by hand",
}
CHOICES = tuple(event for event in Event if event is not Event.TEST)
"""What an endpoint can ask for; a test comes when somebody sends one."""


class DeliveryStatus(StrEnum):
    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


class Endpoint(Model):
    """An address that is told of events, each message signed with its secret."""

    __tablename__ = "webhook_endpoints"

    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    url: Mapped[str] = mapped_column(sa.String(500))
    sealed_secret: Mapped[str] = mapped_column(sa.Text, info={"secret": True})
    events: Mapped[list[str]] = mapped_column(default=list)
    is_on: Mapped[bool] = mapped_column(default=True)
    why_off: Mapped[str] = mapped_column(sa.String(300), default="")
    """Why it was switched off by Quorum itself; empty when a person did."""
    failures_in_row: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    delivered_at: Mapped[Stamp | None]
    created_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    created_by: Mapped[User] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Endpoint"]:
        """For those who run the place: the messages tell of everybody's work."""
        return select(cls).where(sa.literal(actor.sees_all))

    def sign_with(self, secret: str) -> None:
        """Keep it sealed; one that could sign nothing is refused here, not later."""
        key_of(secret)
        self.sealed_secret = seal(secret, self)

    def switch(self, *, on: bool, why: str = "") -> None:
        if self.is_on == on:
            raise RuleBroken(f"This endpoint is {'on' if on else 'off'} already.")
        self.is_on, self.why_off = on, why
        self.failures_in_row = 0

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return self.name


class Delivery(Model):
    """One message for one endpoint, written with what it tells of, sent afterwards."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        sa.Index("ix_webhook_deliveries_due", "status", "next_at"),
        sa.Index("ix_webhook_deliveries_endpoint", "endpoint_id", "id"),
    )

    endpoint_id: Mapped[UUID] = mapped_column(
        ForeignKey("webhook_endpoints.id", ondelete="CASCADE")
    )
    event: Mapped[Event]
    payload: Mapped[dict[str, Any]] = mapped_column(info={"unaudited": True})
    status: Mapped[DeliveryStatus] = mapped_column(
        default=DeliveryStatus.PENDING, info={"unaudited": True}
    )
    attempts: Mapped[int] = mapped_column(default=0, info={"unaudited": True})
    next_at: Mapped[Stamp]
    lease_until: Mapped[Stamp | None]
    answer: Mapped[int | None] = mapped_column(info={"unaudited": True})
    """The HTTP status of the last try; none when there was no answer."""
    error: Mapped[str] = mapped_column(
        sa.String(300), default="", info={"unaudited": True}
    )
    created_at: Mapped[datetime] = mapped_column(default=now, info={"unaudited": True})
    delivered_at: Mapped[Stamp | None]

    endpoint: Mapped[Endpoint] = relationship()

    @classmethod
    def visible_to(cls, actor: Actor) -> Select["Delivery"]:
        return select(cls).where(sa.literal(actor.sees_all))

    @property
    def is_pending(self) -> bool:
        return self.status is DeliveryStatus.PENDING

    def put_back(self, at: datetime) -> None:
        """Send it once more, under the same id; what is in flight stays alone."""
        if self.lease_until and self.lease_until > at:
            raise RuleBroken("It is being sent right now. Look again in a moment.")
        self.status, self.attempts, self.next_at = DeliveryStatus.PENDING, 0, at
        self.lease_until = None

    def permits(self, actor: Actor, permission: Permission) -> bool:
        return True

    def __str__(self) -> str:
        return f"message {self.id}"
