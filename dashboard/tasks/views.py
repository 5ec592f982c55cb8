"""Tasks as pages: the board, the list, one task, and its form."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.chat.reports import chats_about
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs
from dashboard.projects.models import Project
from dashboard.projects.reports import PAGE as PROJECT_PAGE
from dashboard.projects.reports import projects_offered
from dashboard.schemas import checked
from dashboard.tasks import actions, reports
from dashboard.tasks.board import board_of
from dashboard.tasks.forms import PRIORITIES, STATUSES, TaskForm
from dashboard.tasks.models import Priority, Task, TaskStatus
from dashboard.tasks.schemas import BoardQuery, MoveIn, TaskIn, TaskQuery
from dashboard.templating import go_to, render, wants_partial

bp = Blueprint("tasks", __name__)


@bp.get("/projects/<uuid:project_id>/board")
@needs(Permission.TASK_READ)
def board(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id, *PROJECT_PAGE)
    return board_page(project, query_of(BoardQuery, request.args))


@bp.get("/tasks/")
@needs(Permission.TASK_READ)
def index() -> ResponseReturnValue:
    query = query_of(TaskQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    return render(
        "tasks/index.html",
        page=paginate(rows, Task.id, after=query.after, limit=query.limit),
        query=query,
        projects=[(p.id, f"{p.code} {p.name}") for p in projects_offered(g.actor)],
        statuses=[("", "Any column"), *((c.value, c.label) for c in STATUSES)],
        priorities=[("", "Any priority"), *((c.value, c.label) for c in PRIORITIES)],
    )


@bp.get("/tasks/<uuid:task_id>")
@needs(Permission.TASK_READ)
def show(task_id: UUID) -> ResponseReturnValue:
    task = find_for(g.actor, Task, task_id, *reports.PAGE)
    if request.args.get("tab") == "history":
        found: dict[str, Any] = {"tab": "history", "history": history_of(task)}
    else:
        workflow = reports.workflow_of(g.actor, task)
        chats = chats_about(g.actor, task.id)
        found = {"tab": "overview", "workflow": workflow, "chats": chats}
        found["statuses"] = [(c.value, c.label) for c in STATUSES]
    return render("tasks/show.html", task=task, **found)


@bp.route("/projects/<uuid:project_id>/tasks/new", methods=["GET", "POST"])
@needs(Permission.TASK_WRITE)
def new(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id)
    usual = {"status": TaskStatus.BACKLOG, "priority": Priority.NORMAL}
    form = TaskForm(data=usual | {k: v for k, v in request.args.items() if k in usual})
    if not form.is_submitted():
        return form_page(form, project)
    try:
        form.check()
        asked = form.value.model_dump() | {"project_id": project.id}
        task = actions.create_task(g.actor, checked(TaskIn, asked))
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, project), error.status

    flash(f"T-{task.number} is on the board.", "ok")
    return go_to(url_for(".board", project_id=project.id))


@bp.route("/tasks/<uuid:task_id>/edit", methods=["GET", "POST"])
@needs(Permission.TASK_WRITE)
def edit(task_id: UUID) -> ResponseReturnValue:
    task = find_for(g.actor, Task, task_id, *reports.PAGE)
    form = TaskForm(obj=task)
    if not form.is_submitted():
        seen = reports.workflow_of(g.actor, task)
        form.workflow_number.data = seen.number if seen else ""
        return form_page(form, task.project, task)
    try:
        form.check()
        actions.update_task(g.actor, task, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, task.project, task), error.status

    flash("The task was saved.", "ok")
    return go_to(url_for(".show", task_id=task.id))


@bp.post("/tasks/<uuid:task_id>/move")
@needs(Permission.TASK_WRITE)
def move(task_id: UUID) -> ResponseReturnValue:
    task = find_for(g.actor, Task, task_id, *reports.PAGE)
    asked = {k: v for k, v in request.form.items() if k in MoveIn.model_fields and v}
    actions.move_task(g.actor, task, checked(MoveIn, asked))
    query = query_of(BoardQuery, request.args)
    if wants_partial():
        return board_page(task.project, query)
    kept: dict[str, Any] = query.as_query()
    return go_to(url_for(".board", project_id=task.project_id, **kept))


@bp.post("/tasks/<uuid:task_id>/archive")
@needs(Permission.TASK_WRITE)
def archive(task_id: UUID) -> ResponseReturnValue:
    task = actions.archive_task(g.actor, find_for(g.actor, Task, task_id))
    flash(f"T-{task.number} is archived.", "ok")
    return go_to(url_for(".show", task_id=task.id))


@bp.post("/tasks/<uuid:task_id>/restore")
@needs(Permission.TASK_WRITE)
def restore(task_id: UUID) -> ResponseReturnValue:
    task = actions.restore_task(g.actor, find_for(g.actor, Task, task_id))
    flash(f"T-{task.number} is back on the board.", "ok")
    return go_to(url_for(".show", task_id=task.id))


def board_page(project: Project, query: BoardQuery) -> str:
    return render(
        "tasks/board.html",
        project=project,
        tab="board",
        columns=board_of(g.actor, project, query),
        query=query,
        kept=query.as_query(),
    )


def form_page(form: TaskForm, project: Project, task: Task | None = None) -> str:
    form.offer(reports.people_offered(task), reports.prompts_offered(task))
    return render("tasks/form.html", form=form, project=project, task=task)
