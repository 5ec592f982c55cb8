"""Councils as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.councils import actions, asking, reports
from dashboard.councils.models import Council
from dashboard.councils.proposing import propose_change
from dashboard.councils.schemas import (
    ChangeIn,
    ChangeProposed,
    CharterIn,
    CouncilIn,
    CouncilOut,
    CouncilPatch,
    CouncilQuery,
    CouncilRow,
    RuleQuestion,
    RuleReading,
)
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, Schema, patched
from dashboard.workflows.models import Workflow

Proposed = tuple[Workflow, int, dict[str, str]]

bp = api_blueprint("councils", __name__)
rules_bp = api_blueprint("rules", __name__)


@bp.get("")
@needs(Permission.COUNCIL_READ)
@bp.input(CouncilQuery, location="query")
@bp.output(Page[CouncilRow])
def index(query_data: CouncilQuery) -> Rows:
    """List the councils you may see, newest first."""
    rows = Council.rows_for(g.actor, query_data.q, archived=query_data.archived)
    return paginate(rows, Council.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.COUNCIL_WRITE)
@bp.input(CouncilIn)
@bp.output(CouncilOut, status_code=201)
def create(json_data: CouncilIn) -> tuple[Council, int, dict[str, str]]:
    """Found a council."""
    council = actions.create_council(g.actor, json_data)
    return council, 201, {"Location": url_for(".show", council_id=council.id)}


@bp.get("/<uuid:council_id>")
@needs(Permission.COUNCIL_READ)
@bp.output(CouncilOut)
def show(council_id: UUID) -> Council:
    """Get one council with its people and advising agents."""
    return find_for(g.actor, Council, council_id, *reports.PAGE)


@bp.put("/<uuid:council_id>")
@needs(Permission.COUNCIL_WRITE)
@bp.input(CouncilIn)
@bp.output(CouncilOut)
def replace(council_id: UUID, json_data: CouncilIn) -> Council:
    """Replace a council: what is left out gets its default."""
    council = find_for(g.actor, Council, council_id)
    return actions.update_council(g.actor, council, json_data)


@bp.patch("/<uuid:council_id>")
@needs(Permission.COUNCIL_WRITE)
@bp.input(CouncilPatch)
@bp.output(CouncilOut)
def update(council_id: UUID, json_data: Schema) -> Council:
    """Change only what the body names."""
    council = find_for(g.actor, Council, council_id)
    wanted = patched(CouncilIn, council, json_data)
    return actions.update_council(g.actor, council, wanted)


@bp.delete("/<uuid:council_id>")
@needs(Permission.COUNCIL_WRITE)
@bp.output(EmptySchema, status_code=204)
def delete(council_id: UUID) -> str:
    """Archive a council: it decides nothing new, and its history stays."""
    actions.archive_council(g.actor, find_for(g.actor, Council, council_id))
    return ""


@bp.put("/<uuid:council_id>/charter")
@needs(Permission.COUNCIL_WRITE)
@bp.input(CharterIn)
@bp.output(CouncilOut)
def set_charter(council_id: UUID, json_data: CharterIn) -> Council:
    """Put further changes of this council under a vote; only a vote ends that."""
    council = find_for(g.actor, Council, council_id)
    return actions.set_charter(g.actor, council, json_data)


@bp.post("/<uuid:council_id>/changes")
@needs(Permission.WORKFLOW_WRITE)
@bp.input(ChangeIn)
@bp.output(ChangeProposed, status_code=201)
def propose(council_id: UUID, json_data: ChangeIn) -> Proposed:
    """Propose a change to a council whose changes are voted on: a draft."""
    council = find_for(g.actor, Council, council_id, *reports.PAGE)
    workflow = propose_change(g.actor, council, json_data)
    place = url_for("workflows_api.show", workflow_id=workflow.id)
    return workflow, 201, {"Location": place}


@rules_bp.post("/preview")
@needs(Permission.COUNCIL_READ)
@rules_bp.input(RuleQuestion)
@rules_bp.output(RuleReading)
def preview(json_data: RuleQuestion) -> dict[str, Any]:
    """Say what a rule would mean, and why it is refused if it is; saves nothing."""
    id_ = json_data.council_id
    council = find_for(g.actor, Council, id_) if id_ else None
    return asking.for_programs(asking.answered(json_data, council))
