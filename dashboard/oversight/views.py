"""A council's oversight as a tab of its page."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.councils import charter
from dashboard.councils.models import Council
from dashboard.councils.proposing import propose_oversight
from dashboard.councils.reports import PAGE
from dashboard.councils.wording import told
from dashboard.errors import Invalid, RuleBroken
from dashboard.oversight import reports, setting
from dashboard.oversight.asking import asked_of
from dashboard.oversight.forms import OversightChangeForm, OversightForm, oversight_form
from dashboard.oversight.schemas import OversightIn
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render

bp = Blueprint("oversight", __name__, url_prefix="/councils/<uuid:council_id>")


@bp.get("/oversight")
@needs(Permission.COUNCIL_READ)
def show(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *PAGE)
    asked = asked_of(council, request.args)
    types = reports.types_known(council)
    asked.offer(types, reports.agents_asking())
    page = render(
        "oversight/show.html",
        council=council,
        tab="oversight",
        blocked=[row for row in types if row.blocked_id],
        asked=asked,
        **told(council),
    )
    return page, asked.status


@bp.route("/oversight/edit", methods=["GET", "POST"])
@needs(Permission.COUNCIL_WRITE)
def edit(council_id: UUID) -> ResponseReturnValue:
    council = find_for(g.actor, Council, council_id, *reports.SETTING)
    require(g.actor, Permission.COUNCIL_WRITE, council)
    form = oversight_form(council)
    if not form.is_submitted():
        return form_page(form, council)
    try:
        form.check()
        setting.set_oversight(g.actor, council, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, council), error.status

    flash("The oversight was saved. Votes that are open go on.", "ok")
    return go_to(url_for(".show", council_id=council_id))


@bp.route("/oversight/propose", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_WRITE)
def propose(council_id: UUID) -> ResponseReturnValue:
    """What editing is, where changes to the council are voted on."""
    council = find_for(g.actor, Council, council_id, *reports.SETTING)
    charter.refuse_stranger(g.actor, council)
    form = oversight_form(council, OversightChangeForm)
    if not form.is_submitted():
        return form_page(form, council)
    try:
        form.check()
        wanted = OversightIn(**form.value.model_dump(exclude={"why"}))
        workflow = propose_oversight(g.actor, council, wanted, form.value.why)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form, council), error.status

    flash("This is the draft. Read what the council will judge, then open it.", "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow.id))


def form_page(form: OversightForm, council: Council) -> str:
    form.offer(reports.blockable(reports.types_known(council)))
    return render("oversight/form.html", form=form, council=council)
