"""Projects as pages: the list, one project, and its form."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.projects import actions, reports
from dashboard.projects.forms import ProjectForm
from dashboard.projects.models import Project
from dashboard.projects.schemas import ProjectQuery
from dashboard.templating import go_to, render

bp = Blueprint("projects", __name__, url_prefix="/projects")


@bp.get("/")
@needs(Permission.PROJECT_READ)
def index() -> ResponseReturnValue:
    query = query_of(ProjectQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    page = paginate(rows, Project.id, after=query.after, limit=query.limit)
    load = reports.load_of([project.id for project in page.items])
    drawn: dict[str, Any] = {"load": load, "nothing": reports.NOTHING}
    return render("projects/index.html", page=page, query=query, **drawn)


@bp.get("/<uuid:project_id>")
@needs(Permission.PROJECT_READ)
def show(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id, *reports.PAGE)
    page: dict[str, Any] = {"project": project, "tab": "overview"}
    if request.args.get("tab") == "history":
        page |= {"tab": "history", "history": history_of(project)}
    else:
        page["columns"] = reports.columns_of(project)
    return render("projects/page.html", **page)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.PROJECT_WRITE)
def new() -> ResponseReturnValue:
    form = ProjectForm(data={"lead_id": g.actor.id})
    if not form.is_submitted():
        return form_page(form)
    try:
        form.check()
        project = actions.create_project(g.actor, form.value)
    except Invalid as error:
        form.tell(error)
        return form_page(form), error.status

    flash(f"{project.name} is there. Put the first task on its board.", "ok")
    return go_to(url_for("tasks.board", project_id=project.id))


@bp.route("/<uuid:project_id>/edit", methods=["GET", "POST"])
@needs(Permission.PROJECT_WRITE)
def edit(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id)
    require(g.actor, Permission.PROJECT_WRITE, project)
    form = ProjectForm(obj=project)
    if not form.is_submitted():
        return form_page(form, project)
    try:
        form.check()
        actions.update_project(g.actor, project, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, project), error.status

    flash("The project was saved.", "ok")
    return go_to(url_for(".show", project_id=project.id))


@bp.post("/<uuid:project_id>/archive")
@needs(Permission.PROJECT_WRITE)
def archive(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id)
    actions.archive_project(g.actor, project)
    flash(f"{project.name} is archived. Its tasks and chats stay.", "ok")
    return go_to(url_for(".show", project_id=project.id))


@bp.post("/<uuid:project_id>/restore")
@needs(Permission.PROJECT_WRITE)
def restore(project_id: UUID) -> ResponseReturnValue:
    project = find_for(g.actor, Project, project_id)
    actions.restore_project(g.actor, project)
    flash(f"{project.name} is back.", "ok")
    return go_to(url_for(".show", project_id=project.id))


def form_page(form: ProjectForm, project: Project | None = None) -> str:
    form.offer(reports.possible_leads(project))
    return render("projects/form.html", form=form, project=project)
