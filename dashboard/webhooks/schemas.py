"""What an endpoint is made of, for browser and JSON alike."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field

from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.webhooks.models import CHOICES, DeliveryStatus, Event


def asked_for(events: list[Event]) -> list[Event]:
    """Each once, in the one order."""
    if not events:
        raise ValueError("Choose at least one event.")
    if Event.TEST in events:
        raise ValueError("A test is sent by hand; choose among the other events.")
    return [event for event in CHOICES if event in events]


class EndpointIn(Schema):
    name: Text = Field(min_length=2, max_length=80)
    url: Text = Field(min_length=8, max_length=500)
    events: Annotated[list[Event], AfterValidator(asked_for)] = Field(max_length=20)


EndpointPatch = partial(EndpointIn)


class EndpointQuery(PageQuery):
    is_on: bool | None = None
    q: Text = Field("", max_length=80)


class EndpointRow(Out):
    id: UUID
    name: str
    url: str
    events: list[Event]
    is_on: bool
    why_off: str
    failures_in_row: int
    delivered_at: datetime | None
    created_at: datetime


class EndpointOut(EndpointRow):
    created_by_id: UUID


class EndpointMade(EndpointOut):
    secret: str
    """Said this once."""


class SecretOut(Out):
    secret: str


class DeliveryQuery(PageQuery):
    status: DeliveryStatus | None = None
    event: Event | None = None


class DeliveryRow(Out):
    id: UUID
    event: Event
    status: DeliveryStatus
    attempts: int
    answer: int | None
    error: str
    next_at: datetime
    created_at: datetime
    delivered_at: datetime | None


class DeliveryOut(DeliveryRow):
    endpoint_id: UUID
    payload: dict[str, Any]
