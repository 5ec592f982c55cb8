"""Endpoints for the tests, and what a careful receiver does with a message."""

import base64
import hashlib
import hmac
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select, update

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.sealing import seal
from dashboard.webhooks import jobs, outbox
from dashboard.webhooks.models import CHOICES, Delivery, Endpoint, Event
from dashboard.webhooks.signing import new_secret
from tests.factories import number, stored


def make_endpoint(owner, url="https://hooks.example.org/in", secret=None, **over):
    """Told of everything, unless the test says of what."""
    fields = {"name": f"Endpoint {next(number)}", "events": list(CHOICES)}
    endpoint = Endpoint(id=uuid4(), url=url, created_by_id=owner.id, **fields | over)
    endpoint.sealed_secret = seal(secret or new_secret(), endpoint)
    return stored(endpoint)


def leave(endpoint, count=1, **facts):
    """Messages in the outbox of this endpoint, oldest first."""
    ids = []
    for n in range(count):
        at = now() - timedelta(seconds=count - n)
        ids += outbox.leave([endpoint.id], Event.RUN_ENDED, facts or {"n": n}, at)
    db.session.commit()
    return [db.session.get(Delivery, id_) for id_ in ids]


def deliver():
    """What a sender does at one tick, in this thread; how many arrived."""
    arrived = sum(jobs.deliver_to(id_) for id_ in jobs.due())
    db.session.expire_all()
    return arrived


def hurry():
    """Let every pause and every claim be over."""
    past = now() - timedelta(seconds=1)
    db.session.execute(
        update(Delivery).where(Delivery.next_at > past).values(next_at=past)
    )
    db.session.execute(
        update(Delivery).where(Delivery.lease_until > past).values(lease_until=past)
    )
    db.session.commit()
    db.session.expire_all()


def messages(event=None):
    """What lies in the outbox, oldest first."""
    wanted = select(Delivery).order_by(Delivery.id)
    if event:
        wanted = wanted.where(Delivery.event == event)
    return db.session.scalars(wanted).all()


def is_genuine(got, secret):
    """Checked as the specification says it, apart from the program's own code."""
    key = base64.b64decode(secret.split("_", 1)[1])
    told = got.headers["webhook-id"], got.headers["webhook-timestamp"]
    signed = f"{told[0]}.{told[1]}.{got.body.decode()}"
    digest = hmac.new(key, signed.encode(), hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    age = abs(now().timestamp() - int(told[1]))
    return hmac.compare_digest(got.headers["webhook-signature"], wanted) and age < 300
