"""Workflows that change something here when they run: of a council, a bot, a schedule.

A feature registers its kind of change; the run of the approved workflow makes it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import Workflow

Change = dict[str, Any]
Apply = Callable[[Workflow], UUID | None]
Cause = Callable[[Workflow], set[UUID]]

OLDEST = "council"
"""What a change is that does not say its kind."""


class Impossible(Exception):
    """The change cannot be made any more; the text says why. Nothing was changed."""


def nobodys(workflow: Workflow) -> set[UUID]:
    return set()


@dataclass(frozen=True)
class ChangeKind:
    """How one kind of change is judged, shown and made."""

    name: str
    label: str
    """What stands above it where it is judged."""
    template: str
    """Draws it, from `change`."""
    type_kind: TypeKind
    """The kind of workflow type by which it is proposed."""
    apply: Apply
    """Makes it, inside the transaction that ends the run; a council it changed."""
    cause_of: Cause = nobodys
    """Who gains by it, and so has as little a vote on it as who proposes it."""


KINDS: dict[str, ChangeKind] = {}


def register(kind: ChangeKind) -> None:
    """Called by the features while the app is made."""
    KINDS[kind.name] = kind


def kind_of(change: Change) -> ChangeKind:
    return KINDS[change.get("kind", OLDEST)]


def apply(workflow: Workflow) -> UUID | None:
    """Make the approved change, or say in an Impossible why it cannot be made."""
    return kind_of(workflow.change or {}).apply(workflow)


def cause_of(workflow: Workflow) -> set[UUID]:
    """Whose own cause the workflow's change is, if it makes one."""
    return kind_of(workflow.change).cause_of(workflow) if workflow.change else set()
