"""Tasks as JSON."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from dashboard.api import api_blueprint
from dashboard.lists import paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, patched
from dashboard.tasks import actions, reports
from dashboard.tasks.models import Task
from dashboard.tasks.schemas import (
    MoveIn,
    TaskEdit,
    TaskFull,
    TaskIn,
    TaskOut,
    TaskPatch,
    TaskQuery,
)

bp = api_blueprint("tasks", __name__)


@bp.get("")
@needs(Permission.TASK_READ)
@bp.input(TaskQuery, location="query")
@bp.output(Page[TaskOut])
def index(query_data: TaskQuery) -> Any:
    """List tasks of all projects, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Task.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.TASK_WRITE)
@bp.input(TaskIn)
@bp.output(TaskFull, status_code=201)
def create(json_data: TaskIn) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Put a task on the board of a project, at the end of its column."""
    task = actions.create_task(g.actor, json_data)
    where = {"Location": url_for(".show", task_id=task.id)}
    return shown(task.id), 201, where


@bp.get("/<uuid:task_id>")
@needs(Permission.TASK_READ)
@bp.output(TaskFull)
def show(task_id: UUID) -> dict[str, Any]:
    """Get one task."""
    return shown(task_id)


@bp.patch("/<uuid:task_id>")
@needs(Permission.TASK_WRITE)
@bp.input(TaskPatch)
@bp.output(TaskFull)
def update(task_id: UUID, json_data: Any) -> dict[str, Any]:
    """Change the fields that are sent."""
    task = find_for(g.actor, Task, task_id)
    wanted = patched(TaskEdit, shown(task_id), json_data)
    actions.update_task(g.actor, task, wanted)
    return shown(task_id)


@bp.post("/<uuid:task_id>/move")
@needs(Permission.TASK_WRITE)
@bp.input(MoveIn)
@bp.output(TaskFull)
def move(task_id: UUID, json_data: MoveIn) -> dict[str, Any]:
    """Move a card into a column: before another card, or to the end."""
    actions.move_task(g.actor, find_for(g.actor, Task, task_id), json_data)
    return shown(task_id)


@bp.post("/<uuid:task_id>/archive")
@needs(Permission.TASK_WRITE)
@bp.output(TaskFull)
def archive(task_id: UUID) -> dict[str, Any]:
    """Take a task off the board; it stays in the list of archived ones."""
    actions.archive_task(g.actor, find_for(g.actor, Task, task_id))
    return shown(task_id)


@bp.post("/<uuid:task_id>/restore")
@needs(Permission.TASK_WRITE)
@bp.output(TaskFull)
def restore(task_id: UUID) -> dict[str, Any]:
    """Put an archived task back on the board."""
    actions.restore_task(g.actor, find_for(g.actor, Task, task_id))
    return shown(task_id)


def shown(task_id: UUID) -> dict[str, Any]:
    task = find_for(g.actor, Task, task_id, *reports.PAGE)
    workflow = reports.workflow_of(g.actor, task)
    named = {
        "project_code": task.project.code,
        "assignee_name": task.assignee.name if task.assignee else None,
        "workflow_number": workflow.number if workflow else None,
    }
    kept = set(TaskFull.model_fields) - set(named)
    return {name: getattr(task, name) for name in kept} | named
