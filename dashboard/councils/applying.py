"""Make an approved change to a council, if it is still the council that was judged."""

from typing import Any
from uuid import UUID

from dashboard.audit import audited
from dashboard.councils import charter
from dashboard.councils.actions import fill
from dashboard.councils.models import Council
from dashboard.councils.schemas import CouncilIn
from dashboard.councils.standing import digest_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.oversight import setting
from dashboard.oversight.schemas import OversightIn
from dashboard.permissions import SYSTEM, Permission
from dashboard.schemas import checked
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.changes import OLDEST, ChangeKind, Impossible
from dashboard.workflows.models import Workflow


def apply_change(workflow: Workflow) -> UUID:
    """Inside the transaction that ends the run; the council that was changed."""
    change = workflow.change or {}
    council = db.session.get(Council, UUID(change["council_id"]))
    if council is None:
        raise Impossible("The council that this would change is gone.")
    try:
        with audited(SYSTEM, Permission.COUNCIL_WRITE, council) as entry:
            refuse_if_other(council, workflow, change)
            make(council, change)
            entry.about(council, verb="vote", workflow=workflow.number)
    except Invalid as error:
        said = " ".join(error.errors.values())
        raise Impossible(
            f"{change['council_name']} was not changed: the change is not valid any "
            f"more. {said}"
        ) from error
    except RuleBroken as error:
        raise Impossible(str(error)) from error
    return council.id


def refuse_if_other(
    council: Council, workflow: Workflow, change: dict[str, Any]
) -> None:
    """The council is locked and read afresh: only what was judged may be changed."""
    name = council.name
    if council.is_archived:
        raise Impossible(f"{name} was not changed: it is archived.")
    if council.charter is None or council.charter.type_id != workflow.type_id:
        raise Impossible(
            f"{name} was not changed: its changes are not decided by this kind of "
            "proposal any more."
        )
    if council.charter.type.council_id != workflow.council_id:
        raise Impossible(
            f"{name} was not changed: another council decides on its changes by now. "
            "Propose the change again."
        )
    if digest_of(council) != change["before"]:
        raise Impossible(
            f"{name} was not changed: it is not as it was when this was proposed. "
            "Propose the change again."
        )


def make(council: Council, change: dict[str, Any]) -> None:
    fill(council, checked(CouncilIn, change["wanted"]))
    if change["oversight"]:
        setting.fill(council, checked(OversightIn, change["oversight"]))
    wanted, today = change["charter_type_id"], council.charter
    if wanted is None:
        council.charter = None
    elif today is None or str(today.type_id) != wanted:
        charter.bind(council, UUID(wanted))
    if change["archive"]:
        council.archive()


CHANGE = ChangeKind(
    name=OLDEST,
    label="Change to the council",
    template="councils/_change.html",
    type_kind=TypeKind.GOVERNANCE,
    apply=apply_change,
)
