"""A council's health as a page, and tables as files."""

from uuid import UUID

from flask import Blueprint, g, request
from flask.typing import ResponseReturnValue

from dashboard.councils import reports as councils
from dashboard.councils.models import Council
from dashboard.councils.wording import told
from dashboard.exports import Kind, answer
from dashboard.lists import query_of
from dashboard.metrics import reports, tables
from dashboard.metrics.schemas import HealthQuery, Period
from dashboard.permissions import Permission, find_for, needs
from dashboard.templating import render
from dashboard.workflows.schemas import WorkflowQuery

bp = Blueprint("metrics", __name__)


@bp.get("/councils/<uuid:council_id>/health")
@needs(Permission.COUNCIL_READ)
def health(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *councils.PAGE)
    query = query_of(HealthQuery, request.args)
    return render(
        "metrics/health.html",
        council=council,
        tab="health",
        health=reports.health_of(council, query.days),
        periods=list(Period),
        **told(council),
    )


@bp.get("/workflows/export.<any(csv, xlsx):kind>")
@needs(Permission.WORKFLOW_READ)
def export(kind: str) -> ResponseReturnValue:
    table = tables.workflows(g.actor, query_of(WorkflowQuery, request.args))
    return answer(Kind(kind), table.name, table.header, table.rows)


@bp.get("/workflows/votes.<any(csv, xlsx):kind>")
@needs(Permission.WORKFLOW_READ)
def votes(kind: str) -> ResponseReturnValue:
    table = tables.votes(g.actor, query_of(WorkflowQuery, request.args))
    return answer(Kind(kind), table.name, table.header, table.rows)
