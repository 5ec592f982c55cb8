"""Councils as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.councils import actions, reports
from dashboard.councils.forms import CouncilForm, council_form
from dashboard.councils.models import Council
from dashboard.councils.schemas import CouncilQuery
from dashboard.councils.wording import rule_facts, told, words
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.workflows.rules import Rule

bp = Blueprint("councils", __name__, url_prefix="/councils")


@bp.get("/")
@needs(Permission.COUNCIL_READ)
def index() -> ResponseReturnValue:
    query = query_of(CouncilQuery, request.args)
    rows = Council.rows_for(g.actor, query.q, archived=query.archived)
    page = paginate(rows, Council.id, after=query.after, limit=query.limit)
    return render("councils/index.html", page=page, query=query, words=words)


@bp.get("/<uuid:council_id>")
@needs(Permission.COUNCIL_READ)
def show(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *reports.PAGE)
    tab = request.args.get("tab", "members")
    shown: dict[str, Any] = {}
    if tab == "history":
        shown["history"] = history_of(council)
    elif tab == "workflows":
        shown["page"] = reports.workflows_of(council, request.args.get("after"))
    elif tab == "rule":
        shown["facts_of_rule"] = rule_facts(Rule.model_validate(council.rule))
    else:
        tab = "members"
    return render(
        "councils/show.html", council=council, tab=tab, **told(council), **shown
    )


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.COUNCIL_WRITE)
def create() -> ResponseReturnValue:
    form = CouncilForm()
    if not form.is_submitted():
        return form_page(form)
    try:
        form.check()
        council = actions.create_council(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form), error.status

    flash("The council is ready to vote.", "ok")
    return go_to(url_for(".show", council_id=council.id))


@bp.route("/<uuid:council_id>/edit", methods=["GET", "POST"])
@needs(Permission.COUNCIL_WRITE)
def edit(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *reports.PAGE)
    require(g.actor, Permission.COUNCIL_WRITE, council)
    form = council_form(council)
    if not form.is_submitted():
        return form_page(form, council)
    try:
        form.check()
        actions.update_council(g.actor, council, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form, council), error.status

    flash("The council was saved. Open votes keep their rule and people.", "ok")
    return go_to(url_for(".show", council_id=council.id))


@bp.post("/<uuid:council_id>/archive")
@needs(Permission.COUNCIL_WRITE)
def archive(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id)
    actions.archive_council(g.actor, council)
    flash("The council is archived. It decides nothing new; its history stays.", "ok")
    return go_to(url_for(".show", council_id=council_id))


@bp.post("/<uuid:council_id>/restore")
@needs(Permission.COUNCIL_WRITE)
def restore(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id)
    actions.restore_council(g.actor, council)
    flash("The council decides again.", "ok")
    return go_to(url_for(".show", council_id=council_id))


def form_page(form: CouncilForm, council: Council | None = None) -> str:
    form.offer(reports.people_offered(council), reports.agents_offered(council))
    return render("councils/form.html", form=form, council=council)
