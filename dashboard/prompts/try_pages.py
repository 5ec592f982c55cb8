"""The page on which a prompt is filled in and tried."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.errors import DomainError, Invalid, RuleBroken
from dashboard.permissions import Permission, find_for, needs
from dashboard.prompts import reports, trying
from dashboard.prompts.content import rendered, variables_in
from dashboard.prompts.forms import TryForm, typed
from dashboard.prompts.models import Prompt, PromptVersion
from dashboard.prompts.remembering import remember, remembered
from dashboard.prompts.schemas import RenderIn
from dashboard.schemas import checked
from dashboard.templating import go_to, render

bp = Blueprint("prompt_tries", __name__, url_prefix="/prompts/<uuid:prompt_id>/try")


@bp.get("/")
@needs(Permission.PROMPT_READ)
def show(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    chosen = {name: request.args.get(name) for name in ("version", "other")}
    kept = remembered(request.args.get("run"))
    form = TryForm(formdata=None, data=kept | chosen)
    calls = calls_asked_for(prompt)
    return try_page(form, prompt, calls=calls, filled=kept.get("values"))


@bp.post("/render")
@needs(Permission.PROMPT_READ)
def fill_in(prompt_id: UUID) -> ResponseReturnValue:
    """Show what a model would be told; nothing is sent to one."""
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    form = TryForm()
    try:
        checked(RenderIn, {"values": typed(request.form)})
    except Invalid as error:
        form.tell(error)
        return try_page(form, prompt), error.status
    return try_page(form, prompt)


@bp.post("/")
@needs(Permission.MODEL_ASK)
def run(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    form = TryForm()
    try:
        form.check()
        try_id = trying.try_out(g.actor, prompt, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
        return try_page(form, prompt), error.status

    said = {"model_id": str(form.value.model_id), "question": form.value.question}
    remember(try_id, values=form.value.values, **said)
    flash("The model is asked. Its answer comes word by word.", "ok")
    chosen = {"version": form.value.version, "other": form.value.other}
    return go_to(url_for(".show", prompt_id=prompt.id, run=try_id, **chosen))


def calls_asked_for(prompt: Prompt) -> Any:
    try:
        try_id = UUID(request.args["run"])
    except (KeyError, ValueError):
        return ()
    return trying.calls_of(g.actor, prompt, try_id)


def try_page(
    form: TryForm,
    prompt: Prompt,
    calls: Any = (),
    filled: dict[str, str] | None = None,
) -> str:
    models = trying.models_offered()
    form.offer(prompt, models)
    versions = versions_shown(form, prompt)
    names = list(dict.fromkeys(n for v in versions for n in variables_in(v.content)))
    values = values_of(versions) if filled is None else filled
    return render(
        "prompts/try.html",
        prompt=prompt,
        tab="try",
        form=form,
        models=models,
        names=names,
        about={n: a for v in reversed(versions) for n, a in v.variables.items()},
        values=values,
        texts=[(v, rendered(v.content, values)) for v in versions],
        calls=calls,
    )


def versions_shown(form: TryForm, prompt: Prompt) -> list[PromptVersion]:
    """Those that were chosen; what there is not is not chosen."""
    wanted = [number(form.version.data), number(form.other.data)]
    try:
        return trying.versions_of(prompt, *wanted)
    except DomainError:
        return trying.versions_of(prompt, None)


def number(text: object) -> int | None:
    chosen = str(text or "")
    return int(chosen) if chosen.isdecimal() and len(chosen) < 10 else None


def values_of(versions: list[PromptVersion]) -> dict[str, str]:
    """What was typed; before anything was, the examples."""
    if request.method == "POST":
        return typed(request.form)
    return {
        name: about["example"]
        for version in reversed(versions)
        for name, about in version.variables.items()
        if about["example"]
    }
