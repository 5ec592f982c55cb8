"""Propose a change to a council whose changes are voted on."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, union_all

from dashboard.agents.models import Agent
from dashboard.councils import charter
from dashboard.councils.actions import check
from dashboard.councils.differences import differences
from dashboard.councils.models import Council
from dashboard.councils.schemas import ChangeIn, CouncilIn
from dashboard.councils.standing import Standing, digest_of, standing_of
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.oversight.schemas import OversightIn
from dashboard.oversight.setting import check_types
from dashboard.schemas import checked
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowIn

NOTHING_NEW = "This is how the council is already. Change something, then propose it."


def propose_change(actor: User, council: Council, wanted: ChangeIn) -> Workflow:
    """A draft of the type the charter names; its run makes the change."""
    charter.refuse_stranger(actor, council)
    if council.charter is None:
        raise RuleBroken(
            f"Changes to {council.name} are not voted on. An admin edits it instead."
        )
    if council.is_archived:
        raise RuleBroken(f"{council.name} is archived. Restore it first.")
    check(council, wanted)
    if wanted.oversight:
        check_oversight(wanted.oversight)
    if wanted.charter_type_id and not wanted.ends_charter:
        charter.usable(wanted.charter_type_id)
    asked = WorkflowIn(
        title=f"Change the council {council.name}",
        description=wanted.why,
        type_id=council.charter.type_id,
    )
    return actions.propose(actor, asked, {}, change=change_to(council, wanted))


def check_oversight(wanted: OversightIn) -> None:
    """What the worker would refuse is not put to a vote."""
    try:
        check_types(wanted.blocked_types)
    except Invalid as error:
        below = {f"oversight.{path}": said for path, said in error.errors.items()}
        raise Invalid(below) from error


def change_to(council: Council, wanted: ChangeIn) -> dict[str, Any]:
    """What is judged: the council before and after, and the difference in words."""
    was = standing_of(council)
    to_be = standing_after(was, wanted)
    lines = differences(was, to_be, names_in(was, to_be))
    if not lines:
        raise Invalid({"": NOTHING_NEW})
    return {
        "council_id": str(council.id),
        "council_name": council.name,
        "before": digest_of(council),
        "was": was["council"],
        "wanted": to_be["council"],
        "oversight": to_be["oversight"] if wanted.oversight else None,
        "charter_type_id": to_be["charter_type_id"],
        "archive": wanted.archive,
        "summary": lines,
    }


def propose_oversight(
    actor: User, council: Council, wanted: OversightIn, why: str = ""
) -> Workflow:
    """The same council under another oversight."""
    check_types(wanted.blocked_types)
    same = {**standing_of(council)["council"], "why": why}
    change = checked(ChangeIn, same)
    return propose_change(
        actor, council, change.model_copy(update={"oversight": wanted})
    )


def standing_after(was: Standing, wanted: ChangeIn) -> Standing:
    council = wanted.model_dump(mode="json", include=set(CouncilIn.model_fields))
    oversight = wanted.oversight
    other = wanted.charter_type_id and str(wanted.charter_type_id)
    kept = None if wanted.ends_charter else other or was["charter_type_id"]
    return {
        "council": council,
        "oversight": oversight.model_dump(mode="json")
        if oversight
        else was["oversight"],
        "charter_type_id": kept,
        "archived": was["archived"] or wanted.archive,
    }


def names_in(*standings: Standing) -> dict[str, str]:
    """What everybody and everything named in them is called, in one statement."""
    ids = [UUID(id_) for each in standings for id_ in ids_in(each)]
    named = [
        select(kind.id, kind.name).where(kind.id.in_(ids))
        for kind in (User, Agent, WorkflowType)
    ]
    rows = db.session.execute(union_all(*named))
    return {str(id_): name for id_, name in rows}


def ids_in(standing: Standing) -> list[str]:
    council: dict[str, Any] = standing["council"]
    charter_type = standing["charter_type_id"]
    return [
        *(each["user_id"] for each in council["members"]),
        *(each["agent_id"] for each in council["advisers"]),
        *(each["type_id"] for each in standing["oversight"]["blocked_types"]),
        *([charter_type] if charter_type else []),
    ]
