"""What pages and the API read of one agent's ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard.agents.models import Agent
from dashboard.extensions import db
from dashboard.lists import Rows, paginate
from dashboard.permissions import Actor
from dashboard.reputation.formula import (
    CURRENT,
    Level,
    Part,
    Record,
    level_of,
    parts_of,
)
from dashboard.reputation.models import ReputationEntry as Entry
from dashboard.users.models import User
from dashboard.workflows.models import Workflow

DRAWN = 100
"""How many rows the line shows; more points would hide each other."""


@dataclass(frozen=True)
class Standing:
    """Where an agent stands, by the last row of its ledger."""

    score: int | None
    record: Record
    parts: list[Part]
    formula: int = CURRENT

    @property
    def level(self) -> Level | None:
        return None if self.score is None else level_of(self.score)


def rows_of(agent: Agent, actor: Actor) -> Select[Any]:
    """The ledger of an agent; only work that this person sees is named."""
    seen = sa.and_(Workflow.id == Entry.workflow_id, Workflow.seen_by(actor))
    rows: Any = select(
        *(column for column in Entry.__table__.c if column.name != "workflow_id"),
        Workflow.id.label("workflow_id"),
        Workflow.number.label("workflow_number"),
        Workflow.title,
        User.name.label("actor_name"),
    ).select_from(Entry)
    joined: Select[Any] = rows.outerjoin(Workflow, seen).outerjoin(Entry.actor)
    return joined.where(Entry.agent_id == agent.id)


def ledger_of(agent: Agent, actor: Actor, after: str | None, limit: int = 25) -> Rows:
    """A page of the ledger, newest row first."""
    rows = rows_of(agent, actor)
    counted = select(Entry.id).where(Entry.agent_id == agent.id)
    return paginate(rows, Entry.number, after=after, limit=limit, counted=counted)


def newest_of(agent: Agent, most: int = DRAWN) -> Sequence[Row[Any]]:
    """The rows that the line shows, newest first, with what they add up to."""
    rows: Any = select(
        Entry.number,
        Entry.at,
        Entry.change,
        Entry.score_after,
        Entry.formula,
        Entry.total_actions,
        Entry.total_successes,
        Entry.total_savings,
        Entry.total_adjustment,
    ).where(Entry.agent_id == agent.id)
    newest = rows.order_by(Entry.number.desc()).limit(most)
    found: Sequence[Row[Any]] = db.session.execute(newest).all()
    return found


def standing_of(newest: Sequence[Row[Any]]) -> Standing:
    if not newest:
        return Standing(None, Record(), parts_of(Record()))
    last = newest[0]
    record = Record(
        last.total_actions,
        last.total_successes,
        last.total_savings,
        last.total_adjustment,
    )
    parts = parts_of(record, last.formula)
    return Standing(last.score_after, record, parts, last.formula)
