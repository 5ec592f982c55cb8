"""Projects as JSON."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.projects import actions, reports
from dashboard.projects.models import Project
from dashboard.projects.schemas import (
    Facts,
    ProjectIn,
    ProjectOut,
    ProjectPatch,
    ProjectQuery,
    ProjectRow,
)
from dashboard.schemas import Page, patched

bp = api_blueprint("projects", __name__)
Made = tuple[dict[str, Any], int, dict[str, str]]


@bp.get("")
@needs(Permission.PROJECT_READ)
@bp.input(ProjectQuery, location="query")
@bp.output(Page[ProjectRow])
def index(query_data: ProjectQuery) -> dict[str, Any]:
    """List projects, newest first, with how many tasks are to be done in each."""
    rows = reports.rows_for(g.actor, query_data)
    after, limit = query_data.after, query_data.limit
    page = paginate(rows, Project.id, after=after, limit=limit)
    load = reports.load_of([project.id for project in page.items])
    items = [
        row._asdict() | vars(load.get(row.id, reports.NOTHING)) for row in page.items
    ]
    return vars(page) | {"items": items}


@bp.post("")
@needs(Permission.PROJECT_WRITE)
@bp.input(ProjectIn)
@bp.output(ProjectOut, status_code=201)
def create(json_data: ProjectIn) -> Made:
    """Create a project."""
    project = actions.create_project(g.actor, json_data)
    where = {"Location": url_for(".show", project_id=project.id)}
    return shown(project.id), 201, where


@bp.get("/<uuid:project_id>")
@needs(Permission.PROJECT_READ)
@bp.output(ProjectOut)
def show(project_id: UUID) -> dict[str, Any]:
    """Get one project, and how many tasks stand in each column."""
    return shown(project_id)


@bp.patch("/<uuid:project_id>")
@needs(Permission.PROJECT_WRITE)
@bp.input(ProjectPatch)
@bp.output(ProjectOut)
def update(project_id: UUID, json_data: Any) -> dict[str, Any]:
    """Change the fields that are sent."""
    project = find_for(g.actor, Project, project_id)
    actions.update_project(g.actor, project, patched(ProjectIn, project, json_data))
    return shown(project_id)


@bp.post("/<uuid:project_id>/archive")
@needs(Permission.PROJECT_WRITE)
@bp.output(ProjectOut)
def archive(project_id: UUID) -> dict[str, Any]:
    """Archive a project: what is in it can be read, and no longer changes."""
    actions.archive_project(g.actor, find_for(g.actor, Project, project_id))
    return shown(project_id)


@bp.post("/<uuid:project_id>/restore")
@needs(Permission.PROJECT_WRITE)
@bp.output(ProjectOut)
def restore(project_id: UUID) -> dict[str, Any]:
    """Take a project out of the archive."""
    actions.restore_project(g.actor, find_for(g.actor, Project, project_id))
    return shown(project_id)


def shown(project_id: UUID) -> dict[str, Any]:
    project = find_for(g.actor, Project, project_id, *reports.PAGE)
    known = {name: getattr(project, name) for name in FACTS}
    lead_name = project.lead.name if project.lead else None
    return known | {"lead_name": lead_name} | vars(reports.columns_of(project))


FACTS = set(Facts.model_fields) - {"lead_name"}
