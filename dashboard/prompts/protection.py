"""The types of proposal by which protected labels move."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, select

from dashboard.councils.models import Council
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.prompts.models import Prompt, PromptLabel
from dashboard.workflow_types.models import TypeKind, WorkflowType


def usable() -> Select[UUID, str]:
    """Types by which a council, and a living one, can decide on labels."""
    return (
        select(
            WorkflowType.id, WorkflowType.name + " (decided by " + Council.name + ")"
        )
        .join(WorkflowType.council)
        .where(WorkflowType.kind == TypeKind.GOVERNANCE, WorkflowType.promotes_prompts)
        .where(WorkflowType.archived_at.is_(None), Council.archived_at.is_(None))
    )


def types_offered() -> Sequence[Row[UUID, str]]:
    return db.session.execute(usable().order_by(WorkflowType.name)).all()


def usable_type(type_id: UUID) -> WorkflowType:
    if db.session.execute(usable().where(WorkflowType.id == type_id)).first() is None:
        raise Invalid({"type_id": "Choose a type that promotes prompts."})
    return db.session.get_one(WorkflowType, type_id)


def refuse_if_guards(type_: WorkflowType) -> None:
    """A type that protects labels decides as it does until they are released."""
    guarded = (
        select(PromptLabel.name + " of " + Prompt.name)
        .join(PromptLabel.prompt)
        .where(PromptLabel.type_id == type_.id)
    )
    if names := db.session.scalars(guarded.order_by(Prompt.name)).all():
        raise RuleBroken(
            f"{type_.name} protects {', '.join(names)}. Propose the release of what "
            "it protects first, then change the type.",
            "protects_labels",
        )
