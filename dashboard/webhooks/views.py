"""Webhooks as pages: who is told of what, and what became of each message."""

from uuid import UUID

from flask import Blueprint, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.users.confirmation import confirmed
from dashboard.webhooks import actions, reports
from dashboard.webhooks.forms import EndpointForm
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint, Event
from dashboard.webhooks.schemas import DeliveryQuery, EndpointQuery

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
STATES = [("", "On and off"), ("true", "On"), ("false", "Off")]
STATUSES = [("", "Any status"), *((s, s.value.capitalize()) for s in DeliveryStatus)]
EVENTS = [("", "Any event"), *((event, event.value) for event in Event)]


@bp.get("/")
@needs(Permission.WEBHOOK_READ)
def index() -> ResponseReturnValue:
    query = query_of(EndpointQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    page = paginate(rows, Endpoint.id, after=query.after, limit=query.limit)
    chosen = {None: "", True: "true", False: "false"}[query.is_on]
    return render(
        "webhooks/index.html", page=page, query=query, states=STATES, chosen=chosen
    )


@bp.get("/<uuid:endpoint_id>")
@needs(Permission.WEBHOOK_READ)
def show(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id, *reports.PAGE)
    if request.args.get("tab") == "history":
        history = history_of(endpoint)
        return render("webhooks/history.html", endpoint=endpoint, history=history)
    query = query_of(DeliveryQuery, request.args)
    rows = reports.deliveries_of(endpoint.id, query)
    return render(
        "webhooks/show.html",
        endpoint=endpoint,
        page=paginate(rows, Delivery.id, after=query.after, limit=query.limit),
        query=query,
        statuses=STATUSES,
        events=EVENTS,
    )


@bp.get("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>")
@needs(Permission.WEBHOOK_READ)
def delivery(endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    found = find_delivery(endpoint_id, delivery_id)
    return render("webhooks/delivery.html", delivery=found, endpoint=found.endpoint)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.WEBHOOK_WRITE)
@confirmed
def create() -> ResponseReturnValue:
    form = EndpointForm()
    if not form.is_submitted():
        return render("webhooks/form.html", form=form, endpoint=None)
    try:
        form.check()
        endpoint, secret = actions.create_endpoint(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("webhooks/form.html", form=form, endpoint=None), error.status

    return render("webhooks/secret.html", endpoint=endpoint, secret=secret), 201


@bp.route("/<uuid:endpoint_id>/edit", methods=["GET", "POST"])
@needs(Permission.WEBHOOK_WRITE)
def edit(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    require(g.actor, Permission.WEBHOOK_WRITE, endpoint)
    form = EndpointForm(obj=endpoint)
    if not form.is_submitted():
        return render("webhooks/form.html", form=form, endpoint=endpoint)
    try:
        form.check()
        actions.update_endpoint(g.actor, endpoint, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("webhooks/form.html", form=form, endpoint=endpoint), error.status

    flash("Saved. What waits goes to this address, too.", "ok")
    return go_to(url_for(".show", endpoint_id=endpoint_id))


@bp.route("/<uuid:endpoint_id>/secret", methods=["GET", "POST"])
@needs(Permission.WEBHOOK_WRITE)
@confirmed
def secret(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    if request.method == "GET":
        return render("webhooks/replace.html", endpoint=endpoint)
    new = actions.replace_secret(g.actor, endpoint)
    return render("webhooks/secret.html", endpoint=endpoint, secret=new), 201


@bp.post("/<uuid:endpoint_id>/on")
@needs(Permission.WEBHOOK_WRITE)
def switch_on(endpoint_id: UUID) -> ResponseReturnValue:
    return switched(endpoint_id, on=True)


@bp.post("/<uuid:endpoint_id>/off")
@needs(Permission.WEBHOOK_WRITE)
def switch_off(endpoint_id: UUID) -> ResponseReturnValue:
    return switched(endpoint_id, on=False)


@bp.post("/<uuid:endpoint_id>/test")
@needs(Permission.WEBHOOK_WRITE)
def test(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    try:
        sent = actions.send_test(g.actor, endpoint)
    except RuleBroken as error:
        flash(str(error), "bad")
        return go_to(url_for(".show", endpoint_id=endpoint_id))

    flash("A test is on its way. This page shows what comes back.", "ok")
    return go_to(url_for(".delivery", endpoint_id=endpoint_id, delivery_id=sent))


@bp.post("/<uuid:endpoint_id>/delete")
@needs(Permission.WEBHOOK_WRITE)
def delete(endpoint_id: UUID) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    actions.delete_endpoint(g.actor, endpoint)
    flash(f"{endpoint} is told of nothing any more, and its messages are gone.", "ok")
    return go_to(url_for(".index"))


@bp.post("/<uuid:endpoint_id>/deliveries/<uuid:delivery_id>/again")
@needs(Permission.WEBHOOK_WRITE)
def again(endpoint_id: UUID, delivery_id: UUID) -> ResponseReturnValue:
    try:
        actions.send_again(g.actor, find_delivery(endpoint_id, delivery_id))
        flash("It is sent again within seconds, under the same id.", "ok")
    except RuleBroken as error:
        flash(str(error), "bad")
    return go_to(url_for(".delivery", endpoint_id=endpoint_id, delivery_id=delivery_id))


def switched(endpoint_id: UUID, *, on: bool) -> ResponseReturnValue:
    endpoint = find_for(g.actor, Endpoint, endpoint_id)
    try:
        actions.switch(g.actor, endpoint, on=on)
        flash("It is on: messages go out." if on else "It is off: nothing goes out.")
    except RuleBroken as error:
        flash(str(error), "bad")
    return go_to(url_for(".show", endpoint_id=endpoint_id))


def find_delivery(endpoint_id: UUID, delivery_id: UUID) -> Delivery:
    found = find_for(g.actor, Delivery, delivery_id, *reports.DELIVERY_PAGE)
    if found.endpoint_id != endpoint_id:
        abort(404)
    return found
