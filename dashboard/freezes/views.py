"""Freezes as pages: what is stopped, stop it, let it go."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.errors import DomainError, Invalid, RuleBroken
from dashboard.freezes import actions, reports
from dashboard.freezes.forms import FreezeForm, LiftForm
from dashboard.freezes.models import Freeze, Scope
from dashboard.freezes.schemas import FreezeQuery, State
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render

bp = Blueprint("freezes", __name__, url_prefix="/freezes")
SCOPES = [
    ("", "Any scope"),
    (Scope.ALL, "Everything"),
    (Scope.COUNCIL, "One council"),
    (Scope.AGENT, "One agent"),
]


@bp.get("/")
@needs(Permission.FREEZE_READ)
def index() -> ResponseReturnValue:
    query = query_of(FreezeQuery, request.args)
    lifted = query.model_copy(update={"state": State.LIFTED})
    rows = reports.rows_for(g.actor, lifted)
    return render(
        "freezes/index.html",
        in_force=reports.in_force(g.actor),
        page=paginate(rows, Freeze.id, after=query.after, limit=query.limit),
        query=query,
        scopes=SCOPES,
    )


@bp.get("/<uuid:freeze_id>")
@needs(Permission.FREEZE_READ)
def show(freeze_id: UUID) -> ResponseReturnValue:
    freeze = find_for(g.actor, Freeze, freeze_id, *reports.PAGE)
    return freeze_page(freeze, LiftForm(formdata=None))


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.FREEZE_WRITE)
def create() -> ResponseReturnValue:
    form = FreezeForm(data=asked_for())
    if not form.is_submitted():
        return form_page(form)
    try:
        form.check()
        freeze = actions.freeze(g.actor, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return form_page(form), error.status

    flash("Frozen. Nothing in its scope starts until the freeze is lifted.", "ok")
    return go_to(url_for(".show", freeze_id=freeze.id))


@bp.post("/<uuid:freeze_id>/lift")
@needs(Permission.FREEZE_WRITE)
def lift(freeze_id: UUID) -> ResponseReturnValue:
    freeze = find_for(g.actor, Freeze, freeze_id, *reports.PAGE)
    require(g.actor, Permission.FREEZE_WRITE, freeze)
    form = LiftForm()
    try:
        form.check()
        actions.lift(g.actor, freeze, form.value.reason)
    except (Invalid, RuleBroken) as error:
        return refused_page(freeze_id, form, error)

    flash("The freeze is lifted. What waited starts by itself.", "ok")
    return go_to(url_for(".show", freeze_id=freeze_id))


def asked_for() -> dict[str, Any]:
    """What a link from a council or an agent has chosen already."""
    for scope in (Scope.COUNCIL, Scope.AGENT):
        name = f"{scope}_id"
        if id_ := request.args.get(name):
            return {"scope": scope.value, name: id_}
    return {"scope": Scope.ALL.value if "all" in request.args else None}


def form_page(form: FreezeForm) -> str:
    form.offer(reports.councils_offered(), reports.agents_offered())
    return render("freezes/form.html", form=form)


def refused_page(
    freeze_id: UUID, form: LiftForm, error: DomainError
) -> ResponseReturnValue:
    """The page as it is now, and why the freeze was not lifted."""
    form.tell(error)
    freeze = find_for(g.actor, Freeze, freeze_id, *reports.PAGE)
    return freeze_page(freeze, form), error.status


def freeze_page(freeze: Freeze, form: LiftForm) -> str:
    work = reports.work_under(freeze, g.actor) if freeze.is_in_force else ()
    return render("freezes/show.html", freeze=freeze, form=form, work=work)
