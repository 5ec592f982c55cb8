"""Incidents as pages: what stands still, who looks after it, let it go on."""

from typing import Any
from uuid import UUID

from flask import Blueprint, abort, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.bots.models import Bot
from dashboard.errors import Invalid, RuleBroken
from dashboard.incidents import actions, reports
from dashboard.incidents.forms import AcknowledgeForm, ReleaseForm, SeveralForm
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.incidents.schemas import IncidentQuery, State
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, plural, render

bp = Blueprint("incidents", __name__)
STATES = [("", "Any state"), *((each, each.capitalize()) for each in State)]
KINDS = [
    ("", "Any kind"),
    (IncidentKind.QUARANTINE, "Bots in quarantine"),
    (IncidentKind.ENDPOINT, "Endpoints switched off"),
]


@bp.get("/incidents/")
@needs(Permission.INCIDENT_READ)
def index() -> ResponseReturnValue:
    return list_page(SeveralForm(formdata=None))


@bp.get("/incidents/<uuid:incident_id>")
@needs(Permission.INCIDENT_READ)
def show(incident_id: UUID) -> ResponseReturnValue:
    return incident_page(incident_id, AcknowledgeForm(formdata=None))


@bp.post("/incidents/<uuid:incident_id>/acknowledge")
@needs(Permission.INCIDENT_WRITE)
def acknowledge(incident_id: UUID) -> ResponseReturnValue:
    incident = find_for(g.actor, Incident, incident_id, *reports.PAGE)
    require(g.actor, Permission.INCIDENT_WRITE, incident)
    form = AcknowledgeForm()
    try:
        form.check()
        actions.acknowledge(g.actor, incident, form.value.note)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return incident_page(incident_id, form), error.status

    flash("Acknowledged. The others see that you look after it.", "ok")
    return go_to(url_for(".show", incident_id=incident_id))


@bp.post("/incidents/acknowledge")
@needs(Permission.INCIDENT_WRITE)
def acknowledge_several() -> ResponseReturnValue:
    form = SeveralForm()
    if not form.validate():
        return list_page(form), 422
    found = [find_for(g.actor, Incident, id_, *reports.PAGE) for id_ in form.value.ids]
    done, refused = actions.acknowledge_several(g.actor, found, form.value.note)
    if done:
        flash(f"Acknowledged {plural(len(done), 'incident')}.", "ok")
    for incident, why in refused:
        flash(f"Not acknowledged: {incident} {why}", "bad")
    return go_to(url_for(".index"))


@bp.route("/bots/<uuid:bot_id>/release", methods=["GET", "POST"])
@needs(Permission.BOT_WRITE)
def release(bot_id: UUID) -> ResponseReturnValue:
    bot = find_for(g.actor, Bot, bot_id)
    require(g.actor, Permission.BOT_WRITE, bot)
    form = ReleaseForm()
    if not form.is_submitted():
        return release_page(bot, form)
    try:
        form.check()
        actions.release(g.actor, bot, form.value.note)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return release_page(find_for(g.actor, Bot, bot_id), form), error.status

    flash(f"{bot.name} is released. What waited for it starts by itself.", "ok")
    return go_to(url_for("bots.show", bot_id=bot_id))


def list_page(form: SeveralForm) -> str:
    query = query_of(IncidentQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    return render(
        "incidents/index.html",
        page=paginate(rows, Incident.id, after=query.after, limit=query.limit),
        query=query,
        form=form,
        states=STATES,
        kinds=KINDS,
        bots=[("", "Any bot"), *reports.bots_offered(g.actor)],
    )


def incident_page(incident_id: UUID, form: AcknowledgeForm) -> str:
    """The incident as it is now, whatever was tried with it."""
    found: Any = reports.row_of(g.actor, incident_id) or abort(404)
    incident = find_for(g.actor, Incident, incident_id, *reports.PAGE)
    failures = reports.failures_of(g.actor, found.bot_id) if found.bot_id else ()
    return render(
        "incidents/show.html",
        shown=found,
        incident=incident,
        form=form,
        failures=failures,
    )


def release_page(bot: Bot, form: ReleaseForm) -> str:
    failures = reports.failures_of(g.actor, bot.id)
    return render("incidents/release.html", bot=bot, form=form, failures=failures)
