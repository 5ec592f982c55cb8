"""Workflow types as JSON."""

from uuid import UUID

from apiflask import EmptySchema
from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, Schema, checked
from dashboard.workflow_types import actions, reports
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflow_types.schemas import (
    TypeIn,
    TypeOut,
    TypePatch,
    TypeQuery,
    TypeRow,
)

bp = api_blueprint("workflow-types", __name__)


@bp.get("")
@needs(Permission.TYPE_READ)
@bp.input(TypeQuery, location="query")
@bp.output(Page[TypeRow])
def index(query_data: TypeQuery) -> Rows:
    """List the workflow types, newest first."""
    rows = WorkflowType.rows_for(query_data.q, archived=query_data.archived)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, WorkflowType.id, after=after, limit=limit)


@bp.post("")
@needs(Permission.TYPE_WRITE)
@bp.input(TypeIn)
@bp.output(TypeOut, status_code=201)
def create(json_data: TypeIn) -> tuple[WorkflowType, int, dict[str, str]]:
    """Create a workflow type."""
    type_ = actions.create_type(g.actor, json_data)
    return type_, 201, {"Location": url_for(".show", type_id=type_.id)}


@bp.get("/<uuid:type_id>")
@needs(Permission.TYPE_READ)
@bp.output(TypeOut)
def show(type_id: UUID) -> WorkflowType:
    """Get one workflow type with its steps and its input schema."""
    return find_for(g.actor, WorkflowType, type_id, *reports.PAGE)


@bp.put("/<uuid:type_id>")
@needs(Permission.TYPE_WRITE)
@bp.input(TypeIn)
@bp.output(TypeOut)
def replace(type_id: UUID, json_data: TypeIn) -> WorkflowType:
    """Replace a workflow type: what is left out gets its default."""
    type_ = find_for(g.actor, WorkflowType, type_id)
    return actions.update_type(g.actor, type_, json_data)


@bp.patch("/<uuid:type_id>")
@needs(Permission.TYPE_WRITE)
@bp.input(TypePatch)
@bp.output(TypeOut)
def update(type_id: UUID, json_data: Schema) -> WorkflowType:
    """Change only what the body names."""
    type_ = find_for(g.actor, WorkflowType, type_id)
    today = TypeOut.model_validate(type_).model_dump(
        include=set(TypeIn.model_fields) - {"steps"}
    )
    steps = [step.asked for step in type_.steps]
    named = json_data.model_dump(exclude_unset=True)
    wanted = checked(TypeIn, {**today, "steps": steps, **named})
    return actions.update_type(g.actor, type_, wanted)


@bp.delete("/<uuid:type_id>")
@needs(Permission.TYPE_WRITE)
@bp.output(EmptySchema, status_code=204)
def delete(type_id: UUID) -> str:
    """Archive a workflow type: it cannot be proposed any more."""
    actions.archive_type(g.actor, find_for(g.actor, WorkflowType, type_id))
    return ""
