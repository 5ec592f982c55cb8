"""Changes to a council put under a vote themselves: the charter."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, select

from dashboard.councils.models import Charter, Council
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.workflow_types.models import TypeKind, WorkflowType

CODE = "not_authorized"


def refuse_if_voted(council: Council) -> None:
    """Whoever may change a council may not, once its changes are voted on."""
    if council.charter:
        raise RuleBroken(
            f"Changes to {council.name} are voted on. Propose this change instead.",
            CODE,
        )


def refuse_if_governs(type_: WorkflowType) -> None:
    """A type by which councils change decides as it does until they say otherwise."""
    governed = (
        select(Council.name).join(Council.charter).where(Charter.type_id == type_.id)
    )
    if names := db.session.scalars(governed.order_by(Council.name)).all():
        raise RuleBroken(
            f"Changes to {', '.join(names)} are voted on as {type_.name}. Propose "
            "there to end that first, then change the type.",
            CODE,
        )


def refuse_stranger(actor: Actor, council: Council) -> None:
    """Admins and those who sit here propose changes."""
    if Permission.COUNCIL_WRITE not in actor.grants and not council.has_member(actor):
        raise Denied(f"Only admins and members of {council.name} propose its changes.")


def bind(council: Council, type_id: UUID) -> None:
    """Have every further change voted on as proposals of this type."""
    usable(type_id)
    if council.charter is None:
        council.charter = Charter(type_id=type_id)
    else:
        council.charter.type_id = type_id


def usable(type_id: UUID) -> WorkflowType:
    """A type by which a council can be changed."""
    type_ = db.session.get(WorkflowType, type_id)
    if type_ is None:
        raise Invalid({"charter_type_id": "There is no such workflow type."})
    if type_.kind is not TypeKind.GOVERNANCE:
        raise Invalid(
            {"charter_type_id": f"{type_.name} is for work. Choose a governance type."}
        )
    if type_.is_archived or type_.council is None or type_.council.is_archived:
        raise Invalid(
            {
                "charter_type_id": (
                    f"{type_.name} or its council is archived, so nobody could decide. "
                    "Restore it first."
                )
            }
        )
    return type_


def types_offered() -> Sequence[Row[UUID, str]]:
    """Governance types in use, each with the council that decides."""
    types = (
        select(
            WorkflowType.id, WorkflowType.name + " (decided by " + Council.name + ")"
        )
        .join(WorkflowType.council)
        .where(WorkflowType.kind == TypeKind.GOVERNANCE)
        .where(WorkflowType.archived_at.is_(None), Council.archived_at.is_(None))
    )
    return db.session.execute(types.order_by(WorkflowType.name)).all()
