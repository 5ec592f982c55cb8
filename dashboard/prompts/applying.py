"""Do what a council approved of a protected label, if it is still what was judged."""

from typing import Any
from uuid import UUID

from dashboard.audit import audited
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.prompts import moving
from dashboard.prompts.content import hash_of
from dashboard.prompts.models import (
    KIND,
    MoveKind,
    Prompt,
    PromptLabel,
    PromptVersion,
)
from dashboard.prompts.moving import Cause
from dashboard.prompts.schemas import Deed
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.changes import ChangeKind, Impossible
from dashboard.workflows.models import Workflow

LONGEST_REASON = 500


def apply_move(workflow: Workflow) -> None:
    """Inside the transaction that ends the run."""
    change = workflow.change or {}
    prompt = db.session.get(Prompt, UUID(change["prompt_id"]))
    if prompt is None:
        raise Impossible("The prompt that this would change is gone.")
    with audited(SYSTEM, Permission.PROMPT_WRITE, prompt) as entry:
        label = label_judged(prompt, workflow, change)
        to = version_judged(change)
        carry_out(label, to, Deed(change["deed"]), workflow)
        entry.about(
            prompt,
            verb=f"{change['deed']}_label",
            label=change["label"],
            version=to.number if to else None,
            workflow=workflow.number,
        )


def carry_out(
    label: PromptLabel, to: PromptVersion | None, deed: Deed, workflow: Workflow
) -> None:
    cause = Cause(workflow.description[:LONGEST_REASON], workflow=workflow)
    if deed is Deed.REMOVE:
        moving.remove(label, cause)
    elif deed is Deed.RELEASE:
        moving.release(label, cause)
    elif to is not None:
        kind = MoveKind.MOVED if deed is Deed.MOVE else MoveKind.ROLLED_BACK
        moving.point(label, to, kind, cause)


def label_judged(
    prompt: Prompt, workflow: Workflow, change: dict[str, Any]
) -> PromptLabel:
    """The label, if it is as it was and this council still decides on it."""
    name = f"{change['label']} of {change['prompt_name']}"
    if prompt.is_archived:
        raise Impossible(f"{name} did not move: the prompt is archived.")
    label = moving.label_if_any(prompt, change["label"])
    if label is None or label.type_id != workflow.type_id:
        raise Impossible(
            f"{name} did not move: proposals of this kind do not decide on it any more."
        )
    if not workflow.type.promotes_prompts:
        raise Impossible(
            f"{name} did not move: {workflow.type.name} promotes no prompts any more."
        )
    if workflow.type.council_id != workflow.council_id:
        raise Impossible(
            f"{name} did not move: another council decides on it by now. Propose it "
            "again."
        )
    if str(label.version_id) != change["before"]["version_id"]:
        raise Impossible(
            f"{name} did not move: it does not point where it did when this was "
            "proposed. Propose it again."
        )
    return label


def version_judged(change: dict[str, Any]) -> PromptVersion | None:
    """The version as it was read by those who voted, to the letter."""
    judged = change["after"]
    if judged is None:
        return None
    version = db.session.get(PromptVersion, UUID(judged["version_id"]))
    if version is None or hash_of(version.content) != judged["content_hash"]:
        raise Impossible(
            f"{change['label']} of {change['prompt_name']} did not move: version "
            f"{judged['number']} is not what was judged."
        )
    return version


CHANGE = ChangeKind(
    name=KIND,
    label="Label of a prompt",
    template="prompts/_change.html",
    type_kind=TypeKind.GOVERNANCE,
    apply=apply_move,
)
