"""Prompts as pages: the list, one prompt with its tabs, and its versions."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.prompts import actions, reports
from dashboard.prompts.comparing import compare_numbers
from dashboard.prompts.content import pieces_of, variables_in
from dashboard.prompts.forms import FactsForm, PromptForm, VersionForm
from dashboard.prompts.models import Prompt, PromptMove
from dashboard.prompts.reading import LARGEST, version_of
from dashboard.prompts.schemas import DiffQuery, PromptQuery
from dashboard.prompts.usage import usage_of
from dashboard.schemas import checked
from dashboard.templating import go_to, render

bp = Blueprint("prompts", __name__, url_prefix="/prompts")


@bp.get("/")
@needs(Permission.PROMPT_READ)
def index() -> ResponseReturnValue:
    query = query_of(PromptQuery, request.args)
    rows = reports.rows_for(query)
    page = paginate(rows, Prompt.id, after=query.after, limit=query.limit)
    labels = reports.labels_of([prompt.id for prompt in page.items])
    return render("prompts/index.html", page=page, query=query, labels=labels)


@bp.get("/<uuid:prompt_id>")
@needs(Permission.PROMPT_READ)
def show(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    tab = request.args.get("tab", "content")
    load = TABS.get(tab)
    if load is None:
        tab, load = "content", content_of
    return render("prompts/show.html", prompt=prompt, tab=tab, **load(prompt))


@bp.get("/<uuid:prompt_id>/diff")
@needs(Permission.PROMPT_READ)
def diff(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    asked = {name: request.args.get(name) for name in ("from", "to")}
    query = checked(DiffQuery, {name: n for name, n in asked.items() if n})
    page: dict[str, Any] = {"prompt": prompt, "tab": "diff"}
    try:
        found = compare_numbers(prompt, query.before, query.after)
    except NotFound as missing:
        page["missing"] = missing.description
        return render("prompts/no_version.html", **page), 404
    return render("prompts/diff.html", found=found, **page)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.PROMPT_WRITE)
def create() -> ResponseReturnValue:
    form = PromptForm(data={"message": "First version"})
    if not form.is_submitted():
        form.offer()
        return render("prompts/form.html", form=form)
    try:
        form.check()
        prompt = actions.create_prompt(g.actor, form.value)
    except Invalid as error:
        form.tell_and_offer(error)
        return render("prompts/form.html", form=form), error.status

    flash("The prompt is saved as version 1. No label points at it yet.", "ok")
    return go_to(url_for(".show", prompt_id=prompt.id))


@bp.route("/<uuid:prompt_id>/edit", methods=["GET", "POST"])
@needs(Permission.PROMPT_WRITE)
def edit(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id)
    require(g.actor, Permission.PROMPT_WRITE, prompt)
    form = FactsForm(obj=prompt)
    if not form.is_submitted():
        return render("prompts/edit.html", form=form, prompt=prompt)
    try:
        form.check()
        actions.update_prompt(g.actor, prompt, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return render("prompts/edit.html", form=form, prompt=prompt), error.status

    flash("The prompt was saved.", "ok")
    return go_to(url_for(".show", prompt_id=prompt.id))


@bp.route("/<uuid:prompt_id>/versions/new", methods=["GET", "POST"])
@needs(Permission.PROMPT_WRITE)
def create_version(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id)
    require(g.actor, Permission.PROMPT_WRITE, prompt)
    form = VersionForm()
    if not form.is_submitted():
        begin(form, prompt)
        return render("prompts/version.html", form=form, prompt=prompt)
    try:
        form.check()
        version = actions.save_version(g.actor, prompt, form.value)
    except Invalid as error:
        form.tell_and_offer(error)
        if "based_on" in error.errors:
            form.based_on.data = prompt.newest  # now its author has been told
        return render("prompts/version.html", form=form, prompt=prompt), error.status

    flash(f"Version {version.number} is saved. No label has moved.", "ok")
    return go_to(url_for(".show", prompt_id=prompt.id, version=version.number))


@bp.post("/<uuid:prompt_id>/archive")
@needs(Permission.PROMPT_WRITE)
def archive(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id)
    actions.archive_prompt(g.actor, prompt)
    flash("The prompt is archived. Its versions stay.", "ok")
    return go_to(url_for(".show", prompt_id=prompt.id))


@bp.post("/<uuid:prompt_id>/restore")
@needs(Permission.PROMPT_WRITE)
def restore(prompt_id: UUID) -> ResponseReturnValue:
    prompt = find_for(g.actor, Prompt, prompt_id)
    actions.restore_prompt(g.actor, prompt)
    flash("The prompt is back.", "ok")
    return go_to(url_for(".show", prompt_id=prompt.id))


def begin(form: VersionForm, prompt: Prompt) -> None:
    """Start from the newest version, or with the text of an older one."""
    form.based_on.data = prompt.newest
    number = request.args.get("from", type=int)
    form.begin_with(version_of(prompt, number or prompt.newest))
    form.offer()
    if number:
        form.message.data = f"Back to version {number}"


def content_of(prompt: Prompt) -> dict[str, Any]:
    """One version, and beside it the others: newest first, some at once."""
    number = request.args.get("version", prompt.newest, type=int)
    version = version_of(prompt, number)
    older = request.args.get("older", type=int)
    rail = reports.rail_of(prompt, older if older and 0 < older <= LARGEST else None)
    return {
        "version": version,
        "author": reports.author_of(version),
        "pieces": list(pieces_of(version.content)),
        "variables": variables_in(version.content),
        "rail": rail[: reports.RAIL],
        "has_older": len(rail) > reports.RAIL,
    }


def moves_of(prompt: Prompt) -> dict[str, Any]:
    after = request.args.get("after")
    return {"page": paginate(reports.moves_of(prompt), PromptMove.id, after=after)}


def used_by(prompt: Prompt) -> dict[str, Any]:
    return {"usage": usage_of(prompt), "agents": reports.agents_of(prompt)}


def story_of(prompt: Prompt) -> dict[str, Any]:
    return {"history": history_of(prompt)}


TABS = {
    "content": content_of,
    "moves": moves_of,
    "usage": used_by,
    "history": story_of,
}
"""Each tab loads only what it shows."""
