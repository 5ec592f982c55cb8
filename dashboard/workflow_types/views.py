"""Workflow types as pages."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.councils.models import Council
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.oversight.questions import who_decides
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.workflow_types import actions, reports
from dashboard.workflow_types.forms import TypeForm, blank_form, type_form
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflow_types.schemas import TypeQuery
from dashboard.workflows.inputs import properties
from dashboard.workflows.rules import in_force, in_words

bp = Blueprint("workflow_types", __name__, url_prefix="/workflow-types")


@bp.get("/")
@needs(Permission.TYPE_READ)
def index() -> ResponseReturnValue:
    query = query_of(TypeQuery, request.args)
    rows = WorkflowType.rows_for(query.q, archived=query.archived)
    page = paginate(rows, WorkflowType.id, after=query.after, limit=query.limit)
    return render("workflow_types/index.html", page=page, query=query)


@bp.get("/<uuid:type_id>")
@needs(Permission.TYPE_READ)
def show(type_id: UUID) -> ResponseReturnValue:
    type_ = find_for(g.actor, WorkflowType, type_id, *reports.PAGE)
    tab = "history" if request.args.get("tab") == "history" else "overview"
    history = history_of(type_) if tab == "history" else None
    responsible = who_decides(type_)
    return render(
        "workflow_types/show.html",
        type=type_,
        tab=tab,
        history=history,
        properties=properties(type_.input_schema),
        responsible=responsible,
        rule=rule_words(type_, responsible.council),
    )


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.TYPE_WRITE)
def create() -> ResponseReturnValue:
    form = blank_form(request.values.get("kind", ""), request.args.get("from", ""))
    if not form.is_submitted():
        return form_page(form)
    try:
        form.check()
        type_ = actions.create_type(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form), error.status

    flash("The type can be proposed now.", "ok")
    return go_to(url_for(".show", type_id=type_.id))


@bp.route("/<uuid:type_id>/edit", methods=["GET", "POST"])
@needs(Permission.TYPE_WRITE)
def edit(type_id: UUID) -> ResponseReturnValue:
    type_ = find_for(g.actor, WorkflowType, type_id, *reports.PAGE)
    require(g.actor, Permission.TYPE_WRITE, type_)
    form = type_form(type_)
    if not form.is_submitted():
        return form_page(form, type_)
    try:
        form.check()
        actions.update_type(g.actor, type_, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, type_), error.status

    flash("The type was saved. Open proposals stay as they were opened.", "ok")
    return go_to(url_for(".show", type_id=type_.id))


@bp.post("/<uuid:type_id>/archive")
@needs(Permission.TYPE_WRITE)
def archive(type_id: UUID) -> ResponseReturnValue:
    actions.archive_type(g.actor, find_for(g.actor, WorkflowType, type_id))
    flash("The type is archived and cannot be proposed any more.", "ok")
    return go_to(url_for(".show", type_id=type_id))


@bp.post("/<uuid:type_id>/restore")
@needs(Permission.TYPE_WRITE)
def restore(type_id: UUID) -> ResponseReturnValue:
    actions.restore_type(g.actor, find_for(g.actor, WorkflowType, type_id))
    flash("The type can be proposed again.", "ok")
    return go_to(url_for(".show", type_id=type_id))


def rule_words(type_: WorkflowType, council: Council | None) -> str:
    """By which rule this council decides on the type; nothing where none is found."""
    return in_words(in_force(council.rule, type_.rule)) if council else ""


def form_page(form: TypeForm, type_: WorkflowType | None = None) -> str:
    form.offer(reports.councils_offered(type_), reports.actors_offered(type_))
    return render("workflow_types/form.html", form=form, type=type_)
