"""Advice as JSON, under the workflow it is about."""

from typing import Any
from uuid import UUID

from flask import g

from dashboard.advice import actions, reports
from dashboard.advice.models import Advice, AdviceRequest
from dashboard.advice.schemas import AdviceIn, AdviceOut, AskedOut
from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, PageQuery
from dashboard.workflows.models import Workflow

bp = api_blueprint("advice", __name__)


@bp.get("/<uuid:workflow_id>/advice")
@needs(Permission.WORKFLOW_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[AdviceOut])
def index(workflow_id: UUID, query_data: PageQuery) -> Rows:
    """List what agents said about every revision of a workflow, newest first."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    rows = reports.rows_on(workflow)
    return paginate(rows, Advice.id, after=query_data.after, limit=query_data.limit)


@bp.post("/<uuid:workflow_id>/advice")
@needs(Permission.WORKFLOW_ADVISE)
@bp.input(AdviceIn)
@bp.output(AdviceOut, status_code=201)
def create(workflow_id: UUID, json_data: AdviceIn) -> dict[str, Any]:
    """Pass on an agent's advice on the revision it has read; it is never counted."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    advice = actions.advise(g.actor, workflow, json_data)
    named = {"agent_name": advice.agent.name, "given_by_name": g.actor.name}
    stored = AdviceOut.model_fields.keys() - named.keys()
    return {name: getattr(advice, name) for name in stored} | named


@bp.post("/<uuid:workflow_id>/advice/<uuid:agent_id>/question")
@needs(Permission.WORKFLOW_ADVISE)
@bp.output(AskedOut, status_code=201)
def ask(workflow_id: UUID, agent_id: UUID) -> AdviceRequest:
    """Ask an adviser's model once more, after it did not answer."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    return actions.ask_again(g.actor, workflow, agent_id)
