"""The next row of an agent's ledger, inside the transaction of what it follows from."""

from datetime import datetime

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.extensions import db
from dashboard.reputation.formula import CURRENT, Record, score_of
from dashboard.reputation.models import ReputationEntry
from dashboard.reputation.sources import Deed
from dashboard.users.models import User


def enter(
    agent: Agent, deed: Deed, at: datetime, *, note: str = "", by: User | None = None
) -> ReputationEntry:
    """Add a row. The agent is locked, so its numbers have no gap and none is double."""
    last = last_entry(agent)
    before = last.total if last else Record()
    total = before + deed.adds
    score = score_of(total)
    entry = ReputationEntry(
        agent=agent,
        number=last.number + 1 if last else 1,
        reason=deed.reason,
        source=deed.source,
        workflow_id=deed.workflow_id,
        actions=deed.adds.actions,
        successes=deed.adds.successes,
        savings=deed.adds.savings,
        adjustment=deed.adds.adjustment,
        total_actions=total.actions,
        total_successes=total.successes,
        total_savings=total.savings,
        total_adjustment=total.adjustment,
        change=score - (last.score_after if last else 0),
        score_after=score,
        formula=CURRENT,
        note=note,
        actor=by,
        at=at,
    )
    db.session.add(entry)
    agent.reputation = score
    return entry


def last_entry(agent: Agent) -> ReputationEntry | None:
    wanted = select(ReputationEntry).where(ReputationEntry.agent_id == agent.id)
    newest = wanted.order_by(ReputationEntry.number.desc()).limit(1)
    return db.session.scalar(newest)
