"""The receipt as a page and as a download, and the key that checks it."""

import json
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, current_app, g, send_file
from flask.typing import ResponseReturnValue

from dashboard.errors import RuleBroken
from dashboard.permissions import Permission, find_for, needs
from dashboard.receipts import pages
from dashboard.receipts.signing import key_set, private_key
from dashboard.receipts.writing import file_of
from dashboard.templating import render
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import PAGE

HOUR = 3600

bp = Blueprint("receipts", __name__)


@bp.get("/workflows/<uuid:workflow_id>/receipt")
@needs(Permission.WORKFLOW_READ)
def show(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *PAGE)
    page = {"workflow": workflow, "tab": "receipt"}
    try:
        raw = file_of(workflow)
    except RuleBroken as error:
        return render("receipts/empty.html", **page, nothing=str(error))
    return render("receipts/show.html", **page, **pages.context_of(raw, g.actor))


@bp.get("/workflows/<uuid:workflow_id>/receipt/file")
@needs(Permission.WORKFLOW_READ)
def download(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *PAGE)
    return send_file(
        BytesIO(file_of(workflow)),
        mimetype="application/json",
        as_attachment=True,
        download_name=f"receipt-{workflow.number}.json",
    )


@bp.get("/.well-known/quorum-key.json")
def key() -> Response:
    """The public half, for everybody: whoever holds a receipt may check it."""
    keys = key_set(private_key(current_app.config["AUDIT_KEY"]))
    response = Response(json.dumps(keys), mimetype="application/jwk-set+json")
    response.headers["Cache-Control"] = f"public, max-age={HOUR}"
    return response
