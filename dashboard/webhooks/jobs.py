"""Sending what lies in the outbox: claim one, send it, write down what came back.

Nothing is held in the database meanwhile. A sender that is lost lets its claim lapse;
then the message goes out again, under the same id.
"""

import json
import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Event as Signal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import contains_eager

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.pruning import prune
from dashboard.runs.fence import writing
from dashboard.sealing import Unsealable, unseal
from dashboard.webhooks.letters import Letter, Outcome, send
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint
from dashboard.webhooks.switching import switch_off

MOST_ATTEMPTS = 12
"""With the pauses between them, about a day."""
FIRST_PAUSE = 5.0
LONGEST_PAUSE = 6 * 3600.0
JITTER = 0.2
LEASE = timedelta(seconds=60)
"""Longer than one try may take; after it, the message is anybody's again."""
MOST_IN_A_TURN = 100
TOO_MANY = 20
"""Messages given up in a row, after which an endpoint is switched off."""
KEPT = timedelta(days=30)
"""A month: a receiver that was away so long asks for more than its messages."""


def due() -> Sequence[UUID]:
    """Endpoints for which something waits; those that answer come first."""
    waiting = is_due(database_now(db.session()))
    waits = select(Delivery.id).where(Delivery.endpoint_id == Endpoint.id, waiting)
    wanted = select(Endpoint.id).where(Endpoint.is_on, waits.exists())
    return db.session.scalars(wanted.order_by(Endpoint.failures_in_row)).all()


def is_due(at: datetime) -> ColumnElement[bool]:
    free = or_(Delivery.lease_until.is_(None), Delivery.lease_until <= at)
    pending = Delivery.status == DeliveryStatus.PENDING
    return and_(pending, Delivery.next_at <= at, free)


def deliver_to(endpoint_id: UUID, leaving: Signal | None = None) -> int:
    """Send an endpoint what is due, one after the other; how many arrived.

    It ends at the first that does not: the others would wait for nothing.
    """
    for arrived in range(MOST_IN_A_TURN):
        letter = None if leaving and leaving.is_set() else claim(endpoint_id)
        if letter is None or not settle(letter, send(letter)):
            return arrived
    return MOST_IN_A_TURN


def claim(endpoint_id: UUID) -> Letter | None:
    """Take the oldest message that is due, so that nobody else sends it now."""
    with writing():
        at = database_now(db.session())
        found = db.session.scalar(oldest(endpoint_id, at))
        if found is None:
            return None
        found.lease_until, found.attempts = at + LEASE, found.attempts + 1
        return Letter(
            id=found.id,
            endpoint_id=endpoint_id,
            url=found.endpoint.url,
            secret=secret_of(found.endpoint),
            body=json.dumps(found.payload, separators=(",", ":")).encode(),
            attempt=found.attempts,
            at=at,
            lease_until=found.lease_until,
        )


def oldest(endpoint_id: UUID, at: datetime) -> Select[Delivery]:
    return (
        select(Delivery)
        .join(Delivery.endpoint)
        .where(Delivery.endpoint_id == endpoint_id, Endpoint.is_on, is_due(at))
        .options(contains_eager(Delivery.endpoint))
        .order_by(Delivery.next_at, Delivery.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=Delivery)
        .execution_options(populate_existing=True)
    )


def secret_of(endpoint: Endpoint) -> str | None:
    try:
        return unseal(endpoint.sealed_secret, endpoint)
    except Unsealable:
        return None


def settle(letter: Letter, outcome: Outcome) -> bool:
    """Write down what came back; whether the next message may follow."""
    with writing():
        endpoint = locked(letter.endpoint_id)
        status = note(letter, outcome, database_now(db.session()))
        if endpoint is None or status is None:
            return False  # deleted meanwhile, or in other hands
        if status is DeliveryStatus.DELIVERED:
            endpoint.failures_in_row, endpoint.delivered_at = 0, letter.at
        elif status is DeliveryStatus.FAILED:
            endpoint.failures_in_row += 1
    if outcome.is_gone:
        switch_off(endpoint, "It answered 410: it wants no more messages.")
    elif endpoint.failures_in_row >= TOO_MANY:
        count = endpoint.failures_in_row
        switch_off(endpoint, f"{count} messages in a row did not arrive.")
    return outcome.arrived


def locked(endpoint_id: UUID) -> Endpoint | None:
    """Before its messages, as whoever deletes it has it: nobody waits in a circle."""
    return db.session.scalar(
        select(Endpoint)
        .where(Endpoint.id == endpoint_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def note(letter: Letter, outcome: Outcome, at: datetime) -> DeliveryStatus | None:
    """The message's new state; none if this sender was too slow, and lost it."""
    written = (
        update(Delivery)
        .where(Delivery.id == letter.id, Delivery.lease_until == letter.lease_until)
        .values(
            answer=outcome.answer,
            error=outcome.error,
            lease_until=None,
            **state_after(letter, outcome, at),
        )
        .returning(Delivery.status)
        .execution_options(synchronize_session=False)
    )
    return db.session.scalar(written)


def state_after(letter: Letter, outcome: Outcome, at: datetime) -> dict[str, Any]:
    if outcome.arrived:
        return {"status": DeliveryStatus.DELIVERED, "delivered_at": at}
    if outcome.is_gone or letter.attempt >= MOST_ATTEMPTS:
        return {"status": DeliveryStatus.FAILED}
    return {"next_at": at + pause_after(letter.attempt)}


def pause_after(attempts: int) -> timedelta:
    """5 s, 15 s, 45 s … at most 6 h, each a little off: not all come at once."""
    seconds = min(LONGEST_PAUSE, FIRST_PAUSE * 3.0 ** (attempts - 1))
    off = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # no secret
    return timedelta(seconds=seconds * off)


def prune_old() -> int:
    """Forget what was settled long ago; what waits is kept, however old."""
    old = Delivery.next_at < database_now(db.session()) - KEPT
    settled = [DeliveryStatus.DELIVERED, DeliveryStatus.FAILED]
    return prune(Delivery, Delivery.status.in_(settled), old)
