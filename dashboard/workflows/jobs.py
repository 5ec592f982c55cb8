"""What time does to workflows: rounds close, approvals expire."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.audit import audited
from dashboard.clock import database_now, now
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.workflows import lifecycle
from dashboard.workflows.models import Round, RoundVoter, Status, Workflow

log = logging.getLogger(__name__)


def advance_due() -> int:
    """Bring every workflow up to date whose time has come; how many moved."""
    return sum(advance_or_tell(id_) for id_ in due(database_now(db.session())))


def advance_or_tell(workflow_id: UUID) -> bool:
    """What is wrong with one workflow is written down and stops no other's clock."""
    try:
        return advance(workflow_id)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("Time could not be applied to workflow %s.", workflow_id)
        db.session.rollback()
        return False


def due(at: datetime) -> Sequence[UUID]:
    """Approvals that ran out, and votes that are over or may have become certain."""
    expired = sa.and_(Workflow.status == Status.APPROVED, Round.expires_at <= at)
    undecided = sa.and_(
        Workflow.status == Status.OPEN,
        sa.or_(Round.closes_at <= at, had_to_wait(), has_lost_somebody()),
    )
    wanted = (
        select(Workflow.id)
        .join(Round, Round.workflow_id == Workflow.id)
        .where(Round.revision == Workflow.revision, sa.or_(expired, undecided))
    )
    return db.session.scalars(wanted).all()


def had_to_wait() -> sa.ColumnElement[bool]:
    """The rule keeps the vote open for a while, however certain it is by then."""
    return Round.rule["min_open"].as_integer() > 0


def has_lost_somebody() -> sa.ColumnElement[bool]:
    present = lifecycle.seated(Workflow.council_id).correlate(Workflow)
    return Round.voters.any(
        sa.and_(RoundVoter.gone.is_(False), RoundVoter.user_id.not_in(present))
    )


def advance_council(council_id: UUID) -> int:
    """Look at a council's open votes at once, after its seats have changed."""
    open_here = select(Workflow.id).where(
        Workflow.council_id == council_id, Workflow.status == Status.OPEN
    )
    return sum(advance(id_) for id_ in db.session.scalars(open_here).all())


def advance_votes_of(user_id: UUID) -> int:
    """Look at once at the open votes of somebody who may have left."""
    asked = (
        select(Workflow.id)
        .join(Round, Round.workflow_id == Workflow.id)
        .where(Workflow.status == Status.OPEN, Round.revision == Workflow.revision)
        .where(Round.voters.any(RoundVoter.user_id == user_id))
    )
    return sum(advance(id_) for id_ in db.session.scalars(asked).all())


def bring_up_to_date(workflow: Workflow, round_: Round | None = None) -> bool:
    """Write what time has brought before somebody reads; True if there was anything.

    Then what was loaded is old. With the round at hand, mostly no statement is sent.
    """
    if workflow.status not in {Status.OPEN, Status.APPROVED}:
        return False
    round_ = round_ or lifecycle.load_round(workflow)
    if not lifecycle.has_come(workflow, round_, now()):
        return False
    seq = workflow.seq
    advance(workflow.id)
    return workflow.seq != seq


def advance_listed(rows: Iterable[Row[Any]]) -> bool:
    """Write what is over by now among the rows of a list, before it is shown."""
    at = now()
    moved = [advance(row.id) for row in rows if is_over(row, at)]
    return any(moved)


def is_over(row: Row[Any], at: datetime) -> bool:
    """Whether a listed vote has closed, or a listed approval has run out."""
    ends = {Status.OPEN: row.closes_at, Status.APPROVED: row.expires_at}
    end = ends.get(row.status)
    return end is not None and end <= at


class NothingDue(Exception):
    """Somebody else was faster: there is nothing left to write."""


def advance(workflow_id: UUID) -> bool:
    """Apply all that is due to one workflow; say whether it moved.

    Long unseen, it may have been approved and have expired since: two moves.
    """
    moved = False
    while advance_once(workflow_id):
        moved = True
    return moved


def advance_once(workflow_id: UUID) -> bool:
    """It looks first without a lock: mostly nothing is due, and nothing is written."""
    workflow = db.session.get_one(Workflow, workflow_id)
    if not is_due(workflow, database_now(db.session())):
        return False
    try:
        with audited(SYSTEM, Permission.WORKFLOW_DECIDE, workflow) as entry:
            if not move(workflow, database_now(db.session())):
                raise NothingDue
            reason = workflow.status_reason
            entry.about(workflow, status=workflow.status, reason=reason)
    except NothingDue:
        return False
    return not workflow.is_open


def move(workflow: Workflow, at: datetime) -> bool:
    """Do to a locked workflow what time has brought; say whether that was anything."""
    if workflow.is_open:
        round_ = lifecycle.load_round(workflow)
        if lifecycle.settle(workflow, round_, at, only_time=True):
            return True  # whoever left after that moment left a decided round
        left = lifecycle.note_leavers(round_, workflow.council_id)
        if left:
            lifecycle.settle(workflow, round_, at)
        return left
    if workflow.status is Status.APPROVED:
        return lifecycle.expire(workflow, lifecycle.load_round(workflow), at)
    return False


def is_due(workflow: Workflow, at: datetime) -> bool:
    """Whether writing would change anything; the look itself is rolled back."""
    if workflow.status not in {Status.OPEN, Status.APPROVED}:
        return False
    return lifecycle.is_overdue(workflow, lifecycle.load_round(workflow), at)
