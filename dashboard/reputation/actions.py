"""Correct a score by hand, for all to see."""

from uuid_utils.compat import uuid7

from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.reputation.formula import Record
from dashboard.reputation.ledger import enter
from dashboard.reputation.models import Reason, ReputationEntry
from dashboard.reputation.schemas import AdjustmentIn
from dashboard.reputation.sources import Deed
from dashboard.users.models import User


def adjust(actor: User, agent: Agent, wanted: AdjustmentIn) -> ReputationEntry:
    """Add a row with these points; it stays marked as made by hand."""
    deed = Deed(
        agent_id=agent.id,
        reason=Reason.MANUAL,
        source=f"manual/{uuid7()}",
        workflow_id=None,
        adds=Record(adjustment=wanted.points),
    )
    with audited(actor, Permission.REPUTATION_WRITE, agent) as entry:
        at = database_now(db.session())
        row = enter(agent, deed, at, note=wanted.reason, by=actor)
        entry.about(agent, row=row.number, score=row.score_after, reason=row.note)
    return row
