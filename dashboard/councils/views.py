"""Councils as pages."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.councils import actions, asking, charter, reports
from dashboard.councils.forms import (
    ChangeForm,
    CharterForm,
    CouncilForm,
    RuleQuestionForm,
    change_form,
    choices_of,
    council_form,
)
from dashboard.councils.models import Council
from dashboard.councils.proposing import propose_change
from dashboard.councils.schemas import CouncilQuery
from dashboard.councils.wording import told, words
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, can, find_for, needs, require
from dashboard.templating import go_to, render

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
    return show_page(council, request.args.get("tab", "members"))


def show_page(
    council: Council, tab: str, charter_form: CharterForm | None = None
) -> str:
    shown: dict[str, Any] = {}
    if tab == "history":
        shown["history"] = history_of(council)
    elif tab == "workflows":
        shown["page"] = reports.workflows_of(council, request.args.get("after"))
    elif tab == "rule":
        shown["reading"] = reports.reading_of(council)
        shown["charter_form"] = offered(charter_form or CharterForm(), council)
    else:
        tab = "members"
    return render(
        "councils/show.html", council=council, tab=tab, **told(council), **shown
    )


def offered(form: CharterForm, council: Council) -> CharterForm:
    """Only who could choose one is shown what can be chosen."""
    may_choose = can(g.actor, Permission.COUNCIL_WRITE) and not council.charter
    types = charter.types_offered() if may_choose else []
    form.charter_type_id.choices = choices_of(types, "Choose a governance type")
    return form


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.COUNCIL_WRITE)
def create() -> ResponseReturnValue:
    form = CouncilForm()
    if not is_sent(form):
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
    if council.charter and not form.is_submitted():
        return go_to(url_for(".propose", council_id=council_id))
    if not is_sent(form):
        return form_page(form, council)
    try:
        form.check()
        actions.update_council(g.actor, council, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, council), error.status

    flash("The council was saved. Open votes keep their rule and people.", "ok")
    return go_to(url_for(".show", council_id=council.id))


@bp.route("/<uuid:council_id>/changes/new", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_WRITE)
def propose(council_id: UUID) -> ResponseReturnValue:
    """What editing is, where changes are voted on."""
    council = find_for(g.actor, Council, council_id, *reports.PAGE)
    charter.refuse_stranger(g.actor, council)
    form = change_form(council)
    if not is_sent(form):
        return form_page(form, council, "councils/propose.html")
    try:
        form.check()
        workflow = propose_change(g.actor, council, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, council, "councils/propose.html"), error.status

    flash("This is the draft. Read what the council will judge, then open it.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow.id))


@bp.post("/<uuid:council_id>/charter")
@needs(Permission.COUNCIL_WRITE)
def set_charter(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *reports.PAGE)
    form = CharterForm()
    try:
        form.check()
        actions.set_charter(g.actor, council, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return show_page(council, "rule", charter_form=form), error.status

    flash("Changes to this council are voted on from now on.", "ok")
    return go_to(url_for(".show", council_id=council_id, tab="rule"))


@bp.post("/rule-preview")
@needs(Permission.COUNCIL_READ)
def rule_preview() -> ResponseReturnValue:
    """What the rule in a form would mean; it is read, and nothing is saved."""
    form = RuleQuestionForm()
    council_id = asking.council_id_of(form.council_id.data)
    council = find_for(g.actor, Council, council_id) if council_id else None
    reading = asking.answer_to(form, council)
    form.hang(reading.errors)
    return render("councils/meaning.html", form=form, reading=reading)


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


def is_sent(form: CouncilForm) -> bool:
    """Sent to be saved, not to be shown what it means."""
    return form.is_submitted() and "meaning" not in request.form


def form_page(
    form: CouncilForm,
    council: Council | None = None,
    template: str = "councils/form.html",
) -> str:
    form.offer(reports.people_offered(council), reports.agents_offered(council))
    if isinstance(form, ChangeForm):
        form.charter_type_id.choices = choices_of(charter.types_offered(), "As now")
    if "meaning" in request.form:
        form.rule.form.switch(form.present)
    reading = asking.reading_of(form)
    if "meaning" in request.form:
        form.hang(reading.errors)
    return render(template, form=form, council=council, reading=reading)
