"""What the pages show of endpoints and of what was sent to them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.permissions import Actor
from dashboard.users.models import User
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint
from dashboard.webhooks.schemas import DeliveryQuery, EndpointQuery

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Endpoint.created_by).load_only(User.name),
)
DELIVERY_PAGE: tuple[ExecutableOption, ...] = (joinedload(Delivery.endpoint),)


def rows_for(actor: Actor, query: EndpointQuery) -> Select[*tuple[Any, ...]]:
    """What the list shows, with how much waits for each."""
    waiting = (
        select(sa.func.count())
        .where(
            Delivery.endpoint_id == Endpoint.id,
            Delivery.status == DeliveryStatus.PENDING,
        )
        .scalar_subquery()
    )
    rows = select(
        Endpoint.id,
        Endpoint.name,
        Endpoint.url,
        Endpoint.events,
        Endpoint.is_on,
        Endpoint.why_off,
        Endpoint.failures_in_row,
        Endpoint.delivered_at,
        Endpoint.created_at,
        waiting.label("waiting"),
    ).where(sa.literal(actor.sees_all))
    return narrowed(rows, query)


def narrowed(
    rows: Select[*tuple[Any, ...]], query: EndpointQuery
) -> Select[*tuple[Any, ...]]:
    if query.is_on is not None:
        rows = rows.where(Endpoint.is_on.is_(query.is_on))
    if query.q:
        matches = [
            column.icontains(query.q, autoescape=True)
            for column in (Endpoint.name, Endpoint.url)
        ]
        rows = rows.where(sa.or_(*matches))
    return rows


def deliveries_of(endpoint_id: UUID, query: DeliveryQuery) -> Select[*tuple[Any, ...]]:
    rows = select(
        Delivery.id,
        Delivery.endpoint_id,
        Delivery.event,
        Delivery.status,
        Delivery.attempts,
        Delivery.answer,
        Delivery.error,
        Delivery.next_at,
        Delivery.lease_until,
        Delivery.created_at,
        Delivery.delivered_at,
    ).where(Delivery.endpoint_id == endpoint_id)
    if query.status:
        rows = rows.where(Delivery.status == query.status)
    if query.event:
        rows = rows.where(Delivery.event == query.event)
    return rows
