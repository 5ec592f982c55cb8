"""Savings as JSON."""

from typing import Any

from flask import g

from dashboard.api import api_blueprint
from dashboard.permissions import Permission, find_for, needs
from dashboard.savings.catalogue import OFFERS, Offer
from dashboard.savings.estimating import asked_for
from dashboard.savings.schemas import CatalogueOut, EstimateIn, SavingsOut
from dashboard.workflow_types.models import WorkflowType

bp = api_blueprint("savings", __name__)


@bp.get("/catalogue")
@needs(Permission.TYPE_READ)
@bp.output(CatalogueOut)
def catalogue() -> dict[str, tuple[Offer, ...]]:
    """List what the catalogue offers: schema and calculator of six kinds of work."""
    return {"items": OFFERS}


@bp.post("/estimate")
@needs(Permission.WORKFLOW_WRITE)
@bp.input(EstimateIn)
@bp.output(SavingsOut)
def estimate(json_data: EstimateIn) -> dict[str, Any]:
    """Say what inputs of a type come to a week, a month and a year; keeps nothing."""
    type_ = find_for(g.actor, WorkflowType, json_data.type_id)
    return asked_for(type_, json_data.inputs).as_json()
