"""Incidents as JSON."""

from typing import Any
from uuid import UUID

from flask import abort, g
from sqlalchemy import Row

from dashboard.api import api_blueprint
from dashboard.incidents import actions, reports
from dashboard.incidents.models import Incident
from dashboard.incidents.schemas import (
    AcknowledgeIn,
    IncidentOut,
    IncidentQuery,
    ReleaseIn,
    SeveralIn,
    SeveralOut,
)
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page

bp = api_blueprint("incidents", __name__)


@bp.get("")
@needs(Permission.INCIDENT_READ)
@bp.input(IncidentQuery, location="query")
@bp.output(Page[IncidentOut])
def index(query_data: IncidentQuery) -> Rows:
    """List the incidents you may know of, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Incident.id, after=query_data.after, limit=query_data.limit)


@bp.get("/<uuid:incident_id>")
@needs(Permission.INCIDENT_READ)
@bp.output(IncidentOut)
def show(incident_id: UUID) -> Row[Any]:
    """Get one incident: what stands still, since when, and who looks after it."""
    return shown(incident_id)


@bp.post("/<uuid:incident_id>/acknowledge")
@needs(Permission.INCIDENT_WRITE)
@bp.input(AcknowledgeIn)
@bp.output(IncidentOut)
def acknowledge(incident_id: UUID, json_data: AcknowledgeIn) -> Row[Any]:
    """Say that you look after an incident; the bot still stands still."""
    incident = find_for(g.actor, Incident, incident_id, *reports.PAGE)
    actions.acknowledge(g.actor, incident, json_data.note)
    return shown(incident_id)


@bp.post("/acknowledge")
@needs(Permission.INCIDENT_WRITE)
@bp.input(SeveralIn)
@bp.output(SeveralOut)
def acknowledge_several(json_data: SeveralIn) -> dict[str, Any]:
    """Acknowledge several incidents at once; those refused are named with a reason."""
    found = [find_for(g.actor, Incident, id_, *reports.PAGE) for id_ in json_data.ids]
    done, refused = actions.acknowledge_several(g.actor, found, json_data.note)
    left_out = [{"id": incident.id, "why": why} for incident, why in refused]
    return {"acknowledged": done, "left_out": left_out}


@bp.post("/<uuid:incident_id>/release")
@needs(Permission.BOT_WRITE)
@bp.input(ReleaseIn)
@bp.output(IncidentOut)
def release(incident_id: UUID, json_data: ReleaseIn) -> Row[Any]:
    """Release the bot in quarantine: what waited for it starts by itself."""
    incident = find_for(g.actor, Incident, incident_id, *reports.PAGE)
    actions.release_of(g.actor, incident, json_data.note)
    return shown(incident_id)


def shown(incident_id: UUID) -> Row[Any]:
    return reports.row_of(g.actor, incident_id) or abort(404)
