"""What becomes of a label, and the row of its history that says so."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select

from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.prompts.models import (
    MoveKind,
    Prompt,
    PromptLabel,
    PromptMove,
    PromptVersion,
)
from dashboard.prompts.reading import ways_back
from dashboard.users.models import User
from dashboard.workflows.models import Workflow


@dataclass(frozen=True)
class Cause:
    """Why a label moves: who said so, or which approved proposal."""

    reason: str
    actor: Actor | None = None
    workflow: Workflow | None = None


def create(prompt: Prompt, name: str, to: PromptVersion, cause: Cause) -> PromptLabel:
    label = PromptLabel(prompt_id=prompt.id, name=name, version=to, moved_at=now())
    db.session.add(label)
    note(label, MoveKind.CREATED, None, to.id, cause)
    return label


def point(label: PromptLabel, to: PromptVersion, kind: MoveKind, cause: Cause) -> None:
    note(label, kind, label.version_id, to.id, cause)
    label.version, label.moved_at = to, now()


def remove(label: PromptLabel, cause: Cause) -> None:
    note(label, MoveKind.REMOVED, label.version_id, None, cause)
    db.session.delete(label)


def protect(label: PromptLabel, type_id: UUID, cause: Cause) -> None:
    note(label, MoveKind.PROTECTED, label.version_id, label.version_id, cause)
    label.type_id = type_id


def release(label: PromptLabel, cause: Cause) -> None:
    note(label, MoveKind.RELEASED, label.version_id, label.version_id, cause)
    label.type_id = None


def note(
    label: PromptLabel,
    kind: MoveKind,
    before: UUID | None,
    after: UUID | None,
    cause: Cause,
) -> None:
    actor_id = cause.actor.id if isinstance(cause.actor, User) else None
    move = PromptMove(
        prompt_id=label.prompt_id,
        label=label.name,
        kind=kind,
        from_version_id=before,
        to_version_id=after,
        reason=cause.reason,
        actor_id=actor_id,
        workflow_id=cause.workflow.id if cause.workflow else None,
    )
    db.session.add(move)


def label_now(prompt: Prompt, name: str) -> PromptLabel:
    """A label as it is stored now; its prompt is locked, so it stays so."""
    label = db.session.scalar(stored(prompt, name))
    if label is None:
        raise RuleBroken(f"{prompt} has no label {name} any more.")
    return label


def label_if_any(prompt: Prompt, name: str) -> PromptLabel | None:
    return db.session.scalar(stored(prompt, name))


def stored(prompt: Prompt, name: str) -> sa.Select[PromptLabel]:
    labels = select(PromptLabel).where(
        PromptLabel.prompt_id == prompt.id, PromptLabel.name == name
    )
    return labels.execution_options(populate_existing=True)


def version_wanted(prompt: Prompt, number: int | None) -> PromptVersion:
    version = db.session.scalar(
        select(PromptVersion).where(
            PromptVersion.prompt_id == prompt.id, PromptVersion.number == number
        )
    )
    if version is None:
        raise Invalid({"version": "Choose a version that this prompt has."})
    return version


def version_before(label: PromptLabel) -> PromptVersion:
    """Where rolling back leads."""
    before = ways_back(label.prompt_id).get(label.name)
    if before is None:
        raise RuleBroken(
            f"{label.name} pointed at no other version before. Move it instead."
        )
    return version_wanted(label.prompt, before)


def refuse_same(label: PromptLabel, to: PromptVersion) -> None:
    if label.version_id == to.id:
        raise Invalid({"version": f"{label.name} points at version {to.number} now."})
