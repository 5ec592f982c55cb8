"""Reputation as pages: the board, and two tabs of an agent."""

from uuid import UUID

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.agents.models import Agent
from dashboard.errors import Invalid
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.reputation import actions, board, reports
from dashboard.reputation.calibration import buckets_of, mean_brier, scored
from dashboard.reputation.chart import chart_of
from dashboard.reputation.forms import AdjustmentForm
from dashboard.reputation.formula import FEW
from dashboard.reputation.models import AdviceScore
from dashboard.reputation.schemas import LeaderQuery, Who
from dashboard.templating import go_to, render

bp = Blueprint("reputation", __name__, url_prefix="/agents")
WHO = [(Who.ACTIVE, "Active agents"), (Who.ALL, "All agents")]


@bp.get("/leaderboard")
@needs(Permission.REPUTATION_READ)
def leaderboard() -> ResponseReturnValue:
    query = query_of(LeaderQuery, request.args)
    page = board.leaders(query)
    return render("reputation/leaderboard.html", page=page, query=query, who=WHO)


@bp.get("/<uuid:agent_id>/reputation")
@needs(Permission.REPUTATION_READ)
def show(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id)
    return ledger_page(agent, AdjustmentForm(formdata=None))


@bp.post("/<uuid:agent_id>/reputation")
@needs(Permission.REPUTATION_WRITE)
def adjust(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id)
    require(g.actor, Permission.REPUTATION_WRITE, agent)
    form = AdjustmentForm()
    try:
        form.check()
        actions.adjust(g.actor, agent, form.value)
    except Invalid as error:
        form.tell(error)
        return ledger_page(agent, form), error.status

    flash("The score is corrected. The row says by whom and why.", "ok")
    return go_to(url_for(".show", agent_id=agent_id))


@bp.get("/<uuid:agent_id>/calibration")
@needs(Permission.REPUTATION_READ)
def calibration(agent_id: UUID) -> ResponseReturnValue:
    agent = find_for(g.actor, Agent, agent_id)
    rows, after = scored(agent, g.actor), request.args.get("after")
    buckets = buckets_of(agent)
    number = sum(bucket.number for bucket in buckets)
    return render(
        "reputation/calibration.html",
        agent=agent,
        tab="calibration",
        buckets=buckets,
        number=number,
        few=number < FEW,
        brier=mean_brier(buckets),
        page=paginate(rows, AdviceScore.id, after=after),
    )


def ledger_page(agent: Agent, form: AdjustmentForm) -> str:
    newest = reports.newest_of(agent)
    return render(
        "reputation/show.html",
        agent=agent,
        tab="reputation",
        form=form,
        standing=reports.standing_of(newest),
        chart=chart_of(newest),
        page=reports.ledger_of(agent, g.actor, request.args.get("after")),
    )
