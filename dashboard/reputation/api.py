"""Reputation as JSON, under the agents."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from dashboard.agents.models import Agent
from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.reputation import actions, board, reports
from dashboard.reputation.calibration import buckets_of, mean_brier, scored
from dashboard.reputation.models import AdviceScore, ReputationEntry
from dashboard.reputation.schemas import (
    AdjustmentIn,
    CalibrationOut,
    LeaderOut,
    LeaderQuery,
    LedgerRowOut,
    ReputationOut,
)
from dashboard.schemas import Page, PageQuery

bp = api_blueprint("reputation", __name__)


@bp.get("/leaderboard")
@needs(Permission.REPUTATION_READ)
@bp.input(LeaderQuery, location="query")
@bp.output(Page[LeaderOut])
def leaderboard(query_data: LeaderQuery) -> Rows:
    """List agents by score; those with few data come last, without a rank."""
    return board.leaders(query_data)


@bp.get("/<uuid:agent_id>/reputation")
@needs(Permission.REPUTATION_READ)
@bp.input(PageQuery, location="query")
@bp.output(ReputationOut)
def show(agent_id: UUID, query_data: PageQuery) -> dict[str, Any]:
    """Get an agent's score, what it is made of, and its ledger, newest row first."""
    agent = find_for(g.actor, Agent, agent_id)
    standing = reports.standing_of(reports.newest_of(agent, 1))
    record, query = standing.record, query_data
    page = reports.ledger_of(agent, g.actor, query.after, query.limit)
    return {
        "agent_id": agent.id,
        "score": standing.score,
        "level": standing.level,
        "has_few_data": record.is_thin,
        "actions": record.actions,
        "successes": record.successes,
        "success_rate": record.success_rate,
        "savings": record.savings,
        "adjustment": record.adjustment,
        "parts": standing.parts,
        **vars(page),
    }


@bp.post("/<uuid:agent_id>/reputation")
@needs(Permission.REPUTATION_WRITE)
@bp.input(AdjustmentIn)
@bp.output(LedgerRowOut, status_code=201)
def adjust(
    agent_id: UUID, json_data: AdjustmentIn
) -> tuple[ReputationEntry, int, dict[str, str]]:
    """Add or take points by hand; the row says by whom and why, and stays."""
    agent = find_for(g.actor, Agent, agent_id)
    row = actions.adjust(g.actor, agent, json_data)
    return row, 201, {"Location": url_for(".show", agent_id=agent_id)}


@bp.get("/<uuid:agent_id>/calibration")
@needs(Permission.REPUTATION_READ)
@bp.input(PageQuery, location="query")
@bp.output(CalibrationOut)
def calibration(agent_id: UUID, query_data: PageQuery) -> dict[str, Any]:
    """Get how sure an agent's advice was, how often right, and what was scored."""
    agent = find_for(g.actor, Agent, agent_id)
    buckets, rows = buckets_of(agent), scored(agent, g.actor)
    after, limit = query_data.after, query_data.limit
    page = paginate(rows, AdviceScore.id, after=after, limit=limit)
    return {
        "agent_id": agent.id,
        "number": sum(bucket.number for bucket in buckets),
        "brier": mean_brier(buckets),
        "buckets": buckets,
        **vars(page),
    }
