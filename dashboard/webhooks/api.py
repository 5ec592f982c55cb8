"""Webhooks as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import abort, g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, Schema, patched
from dashboard.webhooks import actions, reports
from dashboard.webhooks.models import Delivery, Endpoint
from dashboard.webhooks.schemas import (
    DeliveryOut,
    DeliveryQuery,
    DeliveryRow,
    EndpointIn,
    EndpointMade,
    EndpointOut,
    EndpointPatch,
    EndpointQuery,
    EndpointRow,
    SecretOut,
)

bp = api_blueprint("webhooks", __name__)


@bp.get("")
@needs(Permission.WEBHOOK_READ)
@bp.input(EndpointQuery, location="query")
@bp.output(Page[EndpointRow])
def index(query_data: EndpointQuery) -> Rows:
    """List the endpoints that are told of events, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, Endpoint.id, after=after, limit=limit)


@bp.post("")
@needs(Permission.WEBHOOK_WRITE)
@bp.input(EndpointIn)
@bp.output(EndpointMade, status_code=201)
def create(json_data: EndpointIn) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Create an endpoint; the answer holds its secret, which is said this once."""
    endpoint, secret = actions.create_endpoint(g.actor, json_data)
    shown = EndpointOut.model_validate(endpoint).model_dump() | {"secret": secret}
    return shown, 201, {"Location": url_for(".show", endpoint_id=endpoint.id)}


@bp.get("/<uuid:endpoint_id>")
@needs(Permission.WEBHOOK_READ)
@bp.output(EndpointOut)
def show(endpoint_id: UUID) -> Endpoint:
    """Get one endpoint, without its secret."""
    return find_for(g.actor, Endpoint, endpoint_id)


@bp.patch("/<uuid:endpoint_id>")
@needs(Permission.WEBHOOK_WRITE)
@bp.input(EndpointPatch)
@bp.output(EndpointOut)
def update(endpoint_id: UUID, json_data: Schema) -> Endpoint:
    """Change only what the body names."""
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    wanted = patched(EndpointIn, endpoint, json_data)
    return actions.update_endpoint(g.actor, endpoint, wanted)


@bp.delete("/<uuid:endpoint_id>")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(EmptySchema, status_code=204)
def delete(endpoint_id: UUID) -> str:
    """Delete an endpoint with its messages."""
    actions.delete_endpoint(g.actor, find_for(g.actor, Endpoint, endpoint_id))
    return ""


@bp.post("/<uuid:endpoint_id>/on")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(EndpointOut)
def switch_on(endpoint_id: UUID) -> Endpoint:
    """Send messages again; what waited goes first."""
    return actions.switch(g.actor, find_for(g.actor, Endpoint, endpoint_id), on=True)


@bp.post("/<uuid:endpoint_id>/off")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(EndpointOut)
def switch_off(endpoint_id: UUID) -> Endpoint:
    """Send nothing more, and write down nothing new for it."""
    return actions.switch(g.actor, find_for(g.actor, Endpoint, endpoint_id), on=False)


@bp.post("/<uuid:endpoint_id>/secret")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(SecretOut, status_code=201)
def replace_secret(endpoint_id: UUID) -> dict[str, str]:
    """Replace the secret; the answer holds the new one, which is said this once."""
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    return {"secret": actions.replace_secret(g.actor, endpoint)}


@bp.post("/<uuid:endpoint_id>/test")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(DeliveryOut, status_code=202)
def test(endpoint_id: UUID) -> Delivery:
    """Send a message that tells of nothing; look at it to see what came back."""
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    return find_delivery(endpoint_id, actions.send_test(g.actor, endpoint))


@bp.get("/<uuid:endpoint_id>/deliveries")
@needs(Permission.WEBHOOK_READ)
@bp.input(DeliveryQuery, location="query")
@bp.output(Page[DeliveryRow])
def deliveries(endpoint_id: UUID, query_data: DeliveryQuery) -> Rows:
    """List what was sent to an endpoint or waits to be, newest first."""
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    rows = reports.deliveries_of(endpoint.id, query_data)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, Delivery.id, after=after, limit=limit)


@bp.get("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>")
@needs(Permission.WEBHOOK_READ)
@bp.output(DeliveryOut)
def delivery(endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Get one message with its payload, and what came back last."""
    return find_delivery(endpoint_id, delivery_id)


@bp.post("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/again")
@needs(Permission.WEBHOOK_WRITE)
@bp.output(DeliveryOut, status_code=202)
def again(endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    """Send one message again, under the same id."""
    return actions.send_again(g.actor, find_delivery(endpoint_id, delivery_id))


def find_delivery(endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    found = find_for(g.actor, Delivery, delivery_id, *reports.DELIVERY_PAGE)
    if found.endpoint_id != endpoint_id:
        abort(404)
    return found
