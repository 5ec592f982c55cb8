"""Savings as pages: the catalogue, and what is saved while it is typed."""

from uuid import UUID

from flask import Blueprint, g
from flask.typing import ResponseReturnValue

from dashboard.errors import Invalid
from dashboard.permissions import Permission, find_for, needs
from dashboard.savings.catalogue import OFFERS
from dashboard.savings.estimating import asked_for
from dashboard.templating import render
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.proposals import form_for

bp = Blueprint("savings", __name__)


@bp.get("/workflow-types/catalogue")
@needs(Permission.TYPE_READ)
def catalogue() -> ResponseReturnValue:
    return render("savings/catalogue.html", offers=OFFERS)


@bp.post("/savings/estimate/<uuid:type_id>")
@needs(Permission.WORKFLOW_WRITE)
def estimate(type_id: UUID) -> ResponseReturnValue:
    """What the proposal being typed would save; nothing of it is kept."""
    type_ = find_for(g.actor, WorkflowType, type_id)
    answers = form_for(type_, None, new=True).answers()
    try:
        found, problem = asked_for(type_, answers.get("inputs", {})), ""
    except Invalid as error:
        found, problem = None, next(iter(error.errors.values()))
    return render("savings/estimate.html", savings=found, problem=problem)
