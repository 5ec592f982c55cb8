"""The outbox: what other programs are to be told, written with what it tells of."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from dashboard.extensions import db
from dashboard.webhooks.models import Delivery, Endpoint, Event


def tell(event: Event, facts: Callable[[], dict[str, Any]], at: datetime) -> None:
    """Leave a message for each endpoint that is on and asked for this event.

    It joins the caller's transaction: undone with it, never sent without it. The
    facts are put together only if somebody wants them.
    """
    wanted = select(Endpoint.id, Endpoint.events).where(Endpoint.is_on)
    # an endpoint that is deleted meanwhile must not undo what it would be told of
    held = wanted.with_for_update(read=True, key_share=True)
    rows = db.session.execute(held).all()
    ids = [row.id for row in rows if event in row.events]
    if ids:
        leave(ids, event, facts(), at)


def leave(
    endpoint_ids: Sequence[UUID], event: Event, facts: dict[str, Any], at: datetime
) -> list[UUID]:
    """One message each; the ids by which receivers know them apart."""
    payload = message(event, facts, at)
    common = {"event": event, "payload": payload, "next_at": at}
    ids = {endpoint_id: uuid7() for endpoint_id in endpoint_ids}
    rows = [{"endpoint_id": to, "id": id_, **common} for to, id_ in ids.items()]
    db.session.execute(insert(Delivery), rows)
    return list(ids.values())


def message(event: Event, facts: dict[str, Any], at: datetime) -> dict[str, Any]:
    """The envelope of the Standard Webhooks specification."""
    return {"type": event.value, "timestamp": at.isoformat(), "data": facts}
