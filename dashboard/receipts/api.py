"""Receipts for programs: the file's exact bytes."""

from uuid import UUID

from flask import Response, g

from dashboard.api import api_blueprint
from dashboard.permissions import Permission, find_for, needs
from dashboard.receipts.writing import file_of
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import PAGE

bp = api_blueprint("receipts", __name__)
bp.url_prefix = "/api/v1/workflows"


@bp.get("/<uuid:workflow_id>/receipt")
@needs(Permission.WORKFLOW_READ)
@bp.doc(responses={200: "The receipt", 409: "Nothing has been decided yet"})
def show(workflow_id: UUID) -> Response:
    """Get the signed receipt of a decided workflow, byte for byte as it is checked."""
    workflow = find_for(g.actor, Workflow, workflow_id, *PAGE)
    return Response(file_of(workflow), mimetype="application/json")
