"""Ask the council that protects a label to move, remove or release it."""

from typing import Any

from dashboard.bots.comparing import Changes
from dashboard.errors import Invalid, RuleBroken
from dashboard.permissions import Permission, require
from dashboard.prompts import moving
from dashboard.prompts.models import KIND, Prompt, PromptLabel, PromptVersion
from dashboard.prompts.schemas import Deed, ProposeIn
from dashboard.users.models import User
from dashboard.workflows import actions
from dashboard.workflows.diff import compared
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowIn

LONGEST_TITLE = 120


def propose(actor: User, prompt: Prompt, name: str, wanted: ProposeIn) -> Workflow:
    """A proposal on which voting is open; its approved run does the deed.

    Whoever may change prompts and propose work may ask; the council decides.
    """
    require(actor, Permission.PROMPT_WRITE)
    require(actor, Permission.WORKFLOW_WRITE)
    prompt.keep_unarchived()
    label = moving.label_now(prompt, name)
    if label.type_id is None:
        require(actor, Permission.PROMPT_WRITE, prompt)
        raise RuleBroken(f"{name} is not protected. Move it without a vote.")
    to = target_of(prompt, label, wanted)
    asked = WorkflowIn(
        title=title_of(prompt, label, wanted.deed, to),
        description=wanted.reason,
        type_id=label.type_id,
    )
    change = change_to(prompt, label, wanted.deed, to)
    return actions.propose(actor, asked, {}, opened=True, change=change)


def target_of(
    prompt: Prompt, label: PromptLabel, wanted: ProposeIn
) -> PromptVersion | None:
    """Where the label would point then; nowhere new, if it is removed or released."""
    if wanted.deed is Deed.ROLL_BACK:
        return moving.version_before(label)
    if wanted.deed is not Deed.MOVE:
        return None
    if wanted.version is None:
        raise Invalid({"version": "Choose the version to move it to."})
    to = moving.version_wanted(prompt, wanted.version)
    moving.refuse_same(label, to)
    return to


def title_of(
    prompt: Prompt, label: PromptLabel, deed: Deed, to: PromptVersion | None
) -> str:
    words = {
        Deed.MOVE: f"Move {label.name} of {{}} to {to}",
        Deed.ROLL_BACK: f"Roll {label.name} of {{}} back to {to}",
        Deed.REMOVE: f"Remove {label.name} from {{}}",
        Deed.RELEASE: f"Let {label.name} of {{}} move without a vote",
    }[deed]
    room = LONGEST_TITLE - len(words) + len("{}")
    name = prompt.name if len(prompt.name) <= room else f"{prompt.name[: room - 1]}…"
    return words.format(name)


def change_to(
    prompt: Prompt, label: PromptLabel, deed: Deed, to: PromptVersion | None
) -> dict[str, Any]:
    """What is judged: the label, from which text to which, word for word."""
    return {
        "kind": KIND,
        "deed": deed.value,
        "prompt_id": str(prompt.id),
        "prompt_name": prompt.name,
        "label": label.name,
        "before": told(label.version),
        "after": told(to) if to else None,
    }


def told(version: PromptVersion) -> dict[str, Any]:
    return {
        "version_id": str(version.id),
        "number": version.number,
        "message": version.message,
        "content_hash": version.content_hash,
        "content": version.content,
    }


def changes_in(change: dict[str, Any]) -> Changes | None:
    """The lines that differ between what a label says and would say."""
    if change["after"] is None:
        return None
    before, after = change["before"]["content"], change["after"]["content"]
    return Changes.of(compared(before, after))
