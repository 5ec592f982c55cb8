"""The leaderboard, and who moved within a week."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, Select, Subquery, func, select

from dashboard.agents.models import Agent, AgentStatus
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.lists import Rows, paginate
from dashboard.reputation.formula import FEW, LEVELS
from dashboard.reputation.models import ReputationEntry as Entry
from dashboard.reputation.schemas import LeaderQuery, Who

WEEK = timedelta(days=7)
MOST_MOVERS = 3


def moved_since(moment: datetime) -> Subquery:
    """By how much the score of each agent changed since then."""
    change = func.sum(Entry.change).label("change")
    moved = select(Entry.agent_id, change).where(Entry.at >= moment)
    return moved.group_by(Entry.agent_id).subquery()


def standings(who: Who) -> Select[Any]:
    """The last row of each agent, ranked; those with few data among themselves."""
    last = select(func.max(Entry.number)).where(Entry.agent_id == Agent.id)
    moved = moved_since(now() - WEEK)
    score, actions = Entry.score_after, Entry.total_actions
    known = sa.case((actions >= FEW, 1), else_=0)
    place = func.rank().over(partition_by=known, order_by=score.desc())
    rows: Any = select(
        Agent.id,
        Agent.name,
        Agent.role,
        Agent.status,
        known.label("known"),
        sa.case((actions >= FEW, place)).label("rank"),
        score.label("score"),
        sa.case(
            *((score >= least, level.value) for level, least in LEVELS.items())
        ).label("level"),
        func.coalesce(moved.c.change, 0).label("change_7d"),
        actions.label("actions"),
        Entry.total_successes.label("successes"),
        sa.case((actions > 0, Entry.total_successes * 100 // actions)).label(
            "success_rate"
        ),
        Entry.total_savings.label("savings"),
    )
    latest = sa.and_(
        Entry.agent_id == Agent.id,
        Entry.number == last.correlate(Agent).scalar_subquery(),
    )
    rows = rows.join(Entry, latest).outerjoin(moved, moved.c.agent_id == Agent.id)
    active: Select[Any] = rows.where(Agent.status == AgentStatus.ACTIVE)
    return active if who is Who.ACTIVE else rows


def leaders(query: LeaderQuery) -> Rows:
    """A page of the board; a search narrows it without moving anybody's rank."""
    board = standings(query.who).subquery()
    rows = select(board)
    if query.q:
        rows = rows.where(board.c.name.icontains(query.q, autoescape=True))
    key: Any = (board.c.known, board.c.score, board.c.id)
    return paginate(rows, *key, after=query.after, limit=query.limit)


def movers() -> Sequence[Row[Any]]:
    """The agents that gained and lost most within a week, best first."""
    moved = moved_since(now() - WEEK)
    change = moved.c.change
    placed = (
        select(
            Agent.id,
            Agent.name,
            Agent.reputation.label("score"),
            change,
            func.row_number().over(order_by=change.desc()).label("up"),
            func.row_number().over(order_by=change).label("down"),
        )
        .join(moved, moved.c.agent_id == Agent.id)
        .where(change != 0)
        .subquery()
    )
    ends = sa.or_(
        sa.and_(placed.c.up <= MOST_MOVERS, placed.c.change > 0),
        sa.and_(placed.c.down <= MOST_MOVERS, placed.c.change < 0),
    )
    best = placed.c.change.desc(), placed.c.id
    return db.session.execute(select(placed).where(ends).order_by(*best)).all()
