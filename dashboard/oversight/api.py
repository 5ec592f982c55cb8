"""Oversight as JSON, and the questions that change nothing."""

from typing import Any
from uuid import UUID

from flask import g

from dashboard.api import api_blueprint
from dashboard.councils.models import Council
from dashboard.oversight import questions, setting
from dashboard.oversight.reports import SETTING
from dashboard.oversight.schemas import (
    ActionAnswer,
    ActionQuestion,
    OversightIn,
    OversightOut,
    ReviewAnswer,
    ReviewQuestion,
    RouteOut,
)
from dashboard.permissions import Permission, find_for, needs
from dashboard.workflow_types import reports
from dashboard.workflow_types.models import WorkflowType

bp = api_blueprint("oversight", __name__)
"""Registered below /api/v1: its calls belong to councils and to types."""


@bp.get("/councils/<uuid:council_id>/oversight")
@needs(Permission.COUNCIL_READ)
@bp.output(OversightOut)
def show(council_id: UUID) -> Council:
    """Get what a council votes on, blocks and is responsible for."""
    return find_for(g.actor, Council, council_id, *SETTING)


@bp.put("/councils/<uuid:council_id>/oversight")
@needs(Permission.COUNCIL_WRITE)
@bp.input(OversightIn)
@bp.output(OversightOut)
def replace(council_id: UUID, json_data: OversightIn) -> Council:
    """Replace a council's oversight: what is left out gets its default."""
    council = find_for(g.actor, Council, council_id, *SETTING)
    return setting.set_oversight(g.actor, council, json_data)


@bp.post("/councils/<uuid:council_id>/check-action")
@needs(Permission.COUNCIL_READ)
@bp.input(ActionQuestion)
@bp.output(ActionAnswer)
def check_action(council_id: UUID, json_data: ActionQuestion) -> dict[str, Any]:
    """Ask whether a council hears a type of work from an agent; nothing changes."""
    council = find_for(g.actor, Council, council_id)
    said = questions.may_be_asked(council, json_data)
    return {"allowed": said.yes, "verdict": said.verdict, "reasons": said.reasons}


@bp.post("/councils/<uuid:council_id>/review-required")
@needs(Permission.COUNCIL_READ)
@bp.input(ReviewQuestion)
@bp.output(ReviewAnswer)
def review_required(council_id: UUID, json_data: ReviewQuestion) -> dict[str, Any]:
    """Ask whether work that saves this much a week is voted on; nothing changes."""
    council = find_for(g.actor, Council, council_id)
    said = questions.is_review_required(council, json_data)
    return {
        "review_required": said.yes,
        "verdict": said.verdict,
        "reasons": said.reasons,
    }


@bp.get("/workflow-types/<uuid:type_id>/route")
@needs(Permission.TYPE_READ)
@bp.output(RouteOut)
def route(type_id: UUID) -> dict[str, Any]:
    """Get the council responsible for a type, and why it is."""
    type_ = find_for(g.actor, WorkflowType, type_id, *reports.PAGE)
    found = questions.who_decides(type_)
    return {
        "council_id": found.council.id if found.council else None,
        "council_name": found.council.name if found.council else None,
        "reasons": found.reasons,
    }
