"""Say who is told of what, switch it on and off, and send again."""

from uuid import UUID

from flask import current_app
from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard import outgoing
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.incidents.models import Incident
from dashboard.permissions import Permission, require
from dashboard.users.models import User
from dashboard.webhooks import outbox
from dashboard.webhooks.models import Delivery, Endpoint, Event
from dashboard.webhooks.schemas import EndpointIn
from dashboard.webhooks.signing import new_secret


def create_endpoint(actor: User, wanted: EndpointIn) -> tuple[Endpoint, str]:
    """The endpoint, and the secret that signs its messages: said this once."""
    require(actor, Permission.WEBHOOK_WRITE)
    check_url(wanted.url)
    secret = new_secret()
    with audited(actor, Permission.WEBHOOK_WRITE) as entry:
        endpoint = Endpoint(id=uuid7(), created_by=actor)
        fill(endpoint, wanted)
        endpoint.sign_with(secret)
        db.session.add(endpoint)
        entry.about(endpoint)
    return endpoint, secret


def update_endpoint(actor: User, endpoint: Endpoint, wanted: EndpointIn) -> Endpoint:
    """What waits goes to the new address, too."""
    require(actor, Permission.WEBHOOK_WRITE, endpoint)
    if wanted.url != endpoint.url:
        check_url(wanted.url)
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint):
        fill(endpoint, wanted)
    return endpoint


def switch(actor: User, endpoint: Endpoint, *, on: bool) -> Endpoint:
    """Off: nothing is sent, and nothing new is written down for it."""
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint) as entry:
        endpoint.switch(on=on)
        entry.about(endpoint, verb="switch_on" if on else "switch_off")
        if on:
            resolve_incidents(endpoint)
    return endpoint


def resolve_incidents(endpoint: Endpoint) -> None:
    unresolved = select(Incident).where(
        Incident.endpoint_id == endpoint.id, Incident.resolved_at.is_(None)
    )
    at = database_now(db.session())
    for incident in db.session.scalars(unresolved):
        incident.resolved_at = at


def replace_secret(actor: User, endpoint: Endpoint) -> str:
    """The old one signs nothing from now on, not even what waits already."""
    secret = new_secret()
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint) as entry:
        endpoint.sign_with(secret)
        entry.about(endpoint, verb="replace_secret")
    return secret


def delete_endpoint(actor: User, endpoint: Endpoint) -> None:
    """With everything that was sent to it, or waits to be."""
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint) as entry:
        entry.about(endpoint, verb="delete")
        db.session.delete(endpoint)


def send_test(actor: User, endpoint: Endpoint) -> UUID:
    """Leave a message that tells of nothing; the next sender takes it along."""
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint) as entry:
        refuse_off(endpoint)
        facts = {"endpoint": endpoint.name}
        at = database_now(db.session())
        [sent] = outbox.leave([endpoint.id], Event.TEST, facts, at)
        entry.about(endpoint, verb="send_test")
    return sent


def send_again(actor: User, delivery: Delivery) -> Delivery:
    """The same message under the same id, as if it had never been tried."""
    endpoint = delivery.endpoint
    with audited(actor, Permission.WEBHOOK_WRITE, endpoint) as entry:
        refuse_off(endpoint)
        db.session.refresh(delivery, with_for_update={"of": Delivery})
        delivery.put_back(database_now(db.session()))
        entry.about(endpoint, verb="send_again", message=delivery.id)
    return delivery


def refuse_off(endpoint: Endpoint) -> None:
    if not endpoint.is_on:
        raise RuleBroken("This endpoint is off. Switch it on first.")


def fill(endpoint: Endpoint, wanted: EndpointIn) -> None:
    check_name(endpoint, wanted.name)
    endpoint.name, endpoint.url = wanted.name, wanted.url
    endpoint.events = [event.value for event in wanted.events]


def check_name(endpoint: Endpoint, name: str) -> None:
    taken = select(Endpoint.id).where(Endpoint.name == name, Endpoint.id != endpoint.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another endpoint has this name."})


def check_url(url: str) -> None:
    """By the rules of sending, which ask again: a name may lead elsewhere later."""
    try:
        outgoing.check(url, allow=current_app.config["OUTBOUND_ALLOW"])
    except outgoing.Refused as error:
        raise Invalid({"url": str(error)}) from error
    except outgoing.Unreachable:
        return  # it may be set up later; until then its messages wait
