"""Metrics, council health and exports for programs."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.councils.models import Council
from dashboard.exports import answer
from dashboard.lists import Rows, paginate
from dashboard.metrics import reports, tables
from dashboard.metrics.health import Health
from dashboard.metrics.models import WorkflowMetric
from dashboard.metrics.schemas import (
    ExportQuery,
    HealthOut,
    HealthQuery,
    MetricQuery,
    MetricRow,
)
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page

FILE = {200: "A CSV file, or an XLSX workbook"}

bp = api_blueprint("metrics", __name__)


@bp.get("/metrics")
@needs(Permission.WORKFLOW_READ)
@bp.input(MetricQuery, location="query")
@bp.output(Page[MetricRow])
def index(query_data: MetricQuery) -> Rows:
    """List what decided rounds took, latest decision first."""
    return paginate(
        reports.rows_for(g.actor, query_data),
        WorkflowMetric.decided_at,
        WorkflowMetric.id,
        after=query_data.after,
        limit=query_data.limit,
    )


@bp.get("/councils/<uuid:council_id>/health")
@needs(Permission.COUNCIL_READ)
@bp.input(HealthQuery, location="query")
@bp.output(HealthOut)
def health(council_id: UUID, query_data: HealthQuery) -> Health:
    """Get how a council has decided in the last 30, 90 or 365 days."""
    council = find_for(g.actor, Council, council_id)
    return reports.health_of(council, query_data.days)


@bp.get("/workflows/export")
@needs(Permission.WORKFLOW_READ)
@bp.input(ExportQuery, location="query")
@bp.doc(responses=FILE)
def export(query_data: ExportQuery) -> ResponseReturnValue:
    """Download workflows as CSV or XLSX, at most 10,000 with the given filters."""
    table = tables.workflows(g.actor, query_data)
    return answer(query_data.format, table.name, table.header, table.rows)


@bp.get("/workflows/votes")
@needs(Permission.WORKFLOW_READ)
@bp.input(ExportQuery, location="query")
@bp.doc(responses=FILE)
def votes(query_data: ExportQuery) -> ResponseReturnValue:
    """Download every vote on those workflows, superseded and voided ones marked."""
    table = tables.votes(g.actor, query_data)
    return answer(query_data.format, table.name, table.header, table.rows)
