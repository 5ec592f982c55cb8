"""AI models as pages: listed, kept, switched, tested, and what they cost."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.ai_models import actions, reports
from dashboard.ai_models.forms import ModelForm, blank_form, model_form
from dashboard.ai_models.models import AIModel, UsageType
from dashboard.ai_models.schemas import ModelQuery, UsageQuery
from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.templating import go_to, render
from dashboard.users.confirmation import confirmed

bp = Blueprint("ai_models", __name__, url_prefix="/ai-models")
STATES = [("", "On and off"), ("true", "On"), ("false", "Off")]
USES = [("", "Kept for anything"), *((use, use.label) for use in UsageType)]
SPANS = (7, 30, 90)


@bp.get("/")
@needs(Permission.MODEL_READ)
def index() -> ResponseReturnValue:
    query = query_of(ModelQuery, request.args)
    rows = reports.rows_for(query)
    page = paginate(rows, AIModel.id, after=query.after, limit=query.limit)
    chosen = {None: "", True: "true", False: "false"}[query.is_active]
    shown = {"states": STATES, "chosen": chosen, "uses": USES}
    return render("ai_models/index.html", page=page, query=query, **shown)


@bp.get("/<uuid:model_id>")
@needs(Permission.MODEL_READ)
def show(model_id: UUID) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    if request.args.get("tab") == "history":
        history = history_of(model)
        return render("ai_models/history.html", model=model, history=history)
    return render("ai_models/show.html", model=model)


@bp.get("/<uuid:model_id>/usage")
@needs(Permission.MODEL_READ)
def usage(model_id: UUID) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    query = query_of(UsageQuery, request.args)
    found = reports.usage_of(model, query.days)
    here = url_for(".usage", model_id=model_id)
    spanned = [(f"{n} days", f"{here}?days={n}", n == query.days) for n in SPANS]
    drawn = [{"label": d["day"][5:], "values": [d["calls"]]} for d in found["by_day"]]
    shown = {"usage": found, "spanned": spanned, "days": drawn}
    return render("ai_models/usage.html", model=model, **shown)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.MODEL_WRITE)
@confirmed
def create() -> ResponseReturnValue:
    form = ModelForm() if request.method == "POST" else blank_form()
    if not form.is_submitted():
        return page_of(form)
    try:
        form.check()
        model = actions.create_model(g.actor, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return page_of(form), error.status

    flash("Saved. Test the connection before anybody waits for it.", "ok")
    return go_to(url_for(".show", model_id=model.id))


@bp.route("/<uuid:model_id>/edit", methods=["GET", "POST"])
@needs(Permission.MODEL_WRITE)
@confirmed
def edit(model_id: UUID) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    require(g.actor, Permission.MODEL_WRITE, model)
    form = ModelForm() if request.method == "POST" else model_form(model)
    if not form.is_submitted():
        return page_of(form, model)
    try:
        form.check()
        actions.update_model(g.actor, model, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return page_of(form, model), error.status

    flash("Saved.", "ok")
    return go_to(url_for(".show", model_id=model_id))


@bp.post("/<uuid:model_id>/on")
@needs(Permission.MODEL_WRITE)
def switch_on(model_id: UUID) -> ResponseReturnValue:
    return switched(model_id, on=True)


@bp.post("/<uuid:model_id>/off")
@needs(Permission.MODEL_WRITE)
def switch_off(model_id: UUID) -> ResponseReturnValue:
    return switched(model_id, on=False)


@bp.post("/<uuid:model_id>/key/remove")
@needs(Permission.MODEL_WRITE)
def remove_key(model_id: UUID) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    try:
        actions.remove_key(g.actor, model)
    except RuleBroken as error:
        flash(str(error), "bad")
    else:
        flash("The key is gone. Calls are made without one from now on.", "ok")
    return go_to(url_for(".show", model_id=model_id))


@bp.post("/<uuid:model_id>/test")
@needs(Permission.MODEL_WRITE)
def test(model_id: UUID) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    try:
        call = actions.test_connection(g.actor, model)
    except RuleBroken as error:
        flash(str(error), "bad")
        return go_to(url_for(".show", model_id=model_id))

    return go_to(url_for("model_calls.show", call_id=call.id))


def switched(model_id: UUID, *, on: bool) -> ResponseReturnValue:
    model = find_for(g.actor, AIModel, model_id)
    try:
        actions.switch(g.actor, model, on=on)
    except RuleBroken as error:
        flash(str(error), "bad")
    else:
        said = "It may be called." if on else "Nothing calls it any more."
        flash(said, "ok")
    return go_to(url_for(".show", model_id=model_id))


def page_of(form: ModelForm, model: AIModel | None = None) -> Any:
    return render("ai_models/form.html", form=form, model=model)
