"""The pages on which labels move: by hand, or by asking whoever guards them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.errors import Invalid, RuleBroken
from dashboard.permissions import Permission, can, find_for, needs, require
from dashboard.prompts import labelling, protection, reports
from dashboard.prompts.comparing import Comparison, compare_numbers
from dashboard.prompts.forms import MoveForm, ProtectForm, ReasonForm
from dashboard.prompts.models import PRODUCTION, Prompt, PromptLabel
from dashboard.prompts.proposing import propose
from dashboard.prompts.reading import label_of, ways_back
from dashboard.prompts.schemas import Deed, MoveIn, ProposeIn
from dashboard.templating import go_to, render
from dashboard.workflows.models import Workflow

bp = Blueprint("prompt_labels", __name__, url_prefix="/prompts/<uuid:prompt_id>/labels")
ASKED = "Voting is open. If it is approved, the label does what you asked for."


@bp.get("/")
@needs(Permission.PROMPT_READ)
def index(prompt_id: UUID) -> ResponseReturnValue:
    return labels_page(found(prompt_id))


@bp.route("/move", methods=["GET", "POST"])
@needs(Permission.PROMPT_WRITE)
def move(prompt_id: UUID) -> ResponseReturnValue:
    prompt = found(prompt_id)
    form = MoveForm(data={"label": wanted("label", PRODUCTION)})
    label = label_of(prompt, form.label.data or "")
    refuse_stranger(prompt, label)
    if not form.is_submitted():
        form.version.data = wanted("version", str(prompt.newest))
        return move_page(form, prompt, label)
    try:
        form.check()
        return moved(prompt, label, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        prompt = found(prompt_id)
        label = label_of(prompt, form.label.data or "")
        return move_page(form, prompt, label), error.status


def moved(
    prompt: Prompt, label: PromptLabel | None, wanted: MoveIn
) -> ResponseReturnValue:
    if label and label.is_protected:
        ask = ProposeIn(reason=wanted.reason, version=wanted.version)
        return asked(propose(g.actor, prompt, label.name, ask))
    labelling.put_label(g.actor, prompt, wanted)
    flash(f"{wanted.label} points at version {wanted.version} now.", "ok")
    return go_to(url_for(".index", prompt_id=prompt.id))


@bp.post("/<label>/roll-back")
@needs(Permission.PROMPT_WRITE)
def roll_back(prompt_id: UUID, label: str) -> ResponseReturnValue:
    """One click and a reason: the label goes back, or its council is asked at once."""

    def by_hand(prompt: Prompt, reason: str) -> None:
        back = labelling.roll_back(g.actor, prompt, label, reason)
        flash(f"{label} points at version {back.version.number} again.", "ok")

    return changed(prompt_id, label, Deed.ROLL_BACK, by_hand)


@bp.post("/<label>/remove")
@needs(Permission.PROMPT_WRITE)
def remove(prompt_id: UUID, label: str) -> ResponseReturnValue:
    def by_hand(prompt: Prompt, reason: str) -> None:
        labelling.remove_label(g.actor, prompt, label, reason)
        flash(f"{label} is removed. Its history stays.", "ok")

    return changed(prompt_id, label, Deed.REMOVE, by_hand)


@bp.post("/<label>/release")
@needs(Permission.PROMPT_WRITE)
def release(prompt_id: UUID, label: str) -> ResponseReturnValue:
    """Ask the council to let a label go; nobody releases it by hand."""

    def by_hand(prompt: Prompt, reason: str) -> None:
        raise RuleBroken(f"{label} is not protected.")

    return changed(prompt_id, label, Deed.RELEASE, by_hand)


def changed(
    prompt_id: UUID, name: str, deed: Deed, by_hand: Callable[[Prompt, str], None]
) -> ResponseReturnValue:
    """Do it, or propose it where the label is protected."""
    prompt = found(prompt_id)
    label = label_of(prompt, name)
    refuse_stranger(prompt, label)
    form = ReasonForm()
    try:
        form.check()
        reason = form.value.reason
        if label and label.is_protected:
            wanted = ProposeIn(deed=deed, reason=reason)
            return asked(propose(g.actor, prompt, name, wanted))
        by_hand(prompt, reason)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        page = labels_page(found(prompt_id), refused={f"{name} {deed}": form})
        return page, error.status
    return go_to(url_for(".index", prompt_id=prompt_id))


@bp.route("/<label>/protect", methods=["GET", "POST"])
@needs(Permission.PROMPT_WRITE)
def protect(prompt_id: UUID, label: str) -> ResponseReturnValue:
    prompt = found(prompt_id)
    require(g.actor, Permission.PROMPT_WRITE, prompt)
    require(g.actor, Permission.TYPE_WRITE)
    form = ProtectForm()
    if not form.is_submitted():
        return protect_page(form, prompt, label)
    try:
        form.check()
        labelling.protect(g.actor, prompt, label, form.value)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return protect_page(form, prompt, label), error.status

    flash(f"{label} is protected: from now on a council decides on it.", "ok")
    return go_to(url_for(".index", prompt_id=prompt.id))


def found(prompt_id: UUID) -> Prompt:
    return find_for(g.actor, Prompt, prompt_id, *reports.PAGE)


def wanted(name: str, otherwise: str) -> str:
    return request.args.get(name) or otherwise


def refuse_stranger(prompt: Prompt, label: PromptLabel | None) -> None:
    """A protected label is the council's: whoever may propose may ask for it."""
    if label is None or not label.is_protected:
        require(g.actor, Permission.PROMPT_WRITE, prompt)
    else:
        require(g.actor, Permission.WORKFLOW_WRITE)


def asked(workflow: Workflow) -> ResponseReturnValue:
    flash(ASKED, "ok")
    return go_to(url_for("workflows.show", workflow_id=workflow.id))


def labels_page(prompt: Prompt, refused: dict[str, Any] | None = None) -> str:
    return render(
        "prompts/labels.html",
        prompt=prompt,
        tab="labels",
        ways=ways_back(prompt.id),
        asked=reports.asked_for(g.actor, prompt),
        refused=refused or {},
        blank=ReasonForm(formdata=None),
        may_ask=can(g.actor, Permission.WORKFLOW_WRITE),
    )


def move_page(form: MoveForm, prompt: Prompt, label: PromptLabel | None) -> str:
    form.offer(prompt)
    page = {"form": form, "prompt": prompt, "label": label}
    return render("prompts/move.html", difference=difference(form, label), **page)


def difference(form: MoveForm, label: PromptLabel | None) -> Comparison | None:
    """What those who follow the label would be told instead, as far as it is known."""
    chosen = str(form.version.data or "")
    if label is None or not chosen.isdecimal() or int(chosen) == label.version.number:
        return None
    numbers = {choice.value for choice in form.version.choices}
    if chosen not in numbers:
        return None
    return compare_numbers(label.prompt, label.version.number, int(chosen))


def protect_page(form: ProtectForm, prompt: Prompt, name: str) -> str:
    types = protection.types_offered()
    form.offer(types)
    page = {"form": form, "prompt": prompt, "name": name}
    return render("prompts/protect.html", types=types, **page)
