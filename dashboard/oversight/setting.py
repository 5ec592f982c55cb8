"""Change a council's oversight."""

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.councils.charter import refuse_if_voted
from dashboard.councils.models import BlockedType, Council
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.oversight.schemas import BlockedIn, OversightIn
from dashboard.permissions import Actor, Permission
from dashboard.workflow_types.models import TypeKind, WorkflowType


def set_oversight(actor: Actor, council: Council, wanted: OversightIn) -> Council:
    """What is proposed from now on is judged by it; open votes go on."""
    with audited(actor, Permission.COUNCIL_WRITE, council):
        refuse_if_voted(council)
        fill(council, wanted)
    return council


def fill(council: Council, wanted: OversightIn) -> None:
    check_types(wanted.blocked_types)
    council.review_actions = wanted.review_actions
    council.savings_threshold = wanted.savings_threshold
    council.domains = wanted.domains
    block(council, wanted.blocked_types)


def block(council: Council, wanted: list[BlockedIn]) -> None:
    """Make these, and only these, the types the council blocks."""
    known = {each.type_id: each for each in council.blocked_types}
    council.blocked_types = [
        known.get(each.type_id) or BlockedType(type_id=each.type_id) for each in wanted
    ]
    for row, each in zip(council.blocked_types, wanted, strict=True):
        row.reason = each.reason


def check_types(blocked: list[BlockedIn]) -> None:
    """Say which row is wrong. What changes a council cannot be blocked for good."""
    if not blocked:
        return
    ids = [each.type_id for each in blocked]
    rows = select(WorkflowType.id, WorkflowType.kind).where(WorkflowType.id.in_(ids))
    kinds = {row.id: row.kind for row in db.session.execute(rows)}
    for place, type_id in enumerate(ids):
        if type_id not in kinds:
            wrong = "There is no such workflow type."
        elif kinds[type_id] is TypeKind.GOVERNANCE:
            wrong = "A change to a council is always voted on; it cannot be blocked."
        else:
            continue
        raise Invalid({f"blocked_types.{place}.type_id": wrong})
