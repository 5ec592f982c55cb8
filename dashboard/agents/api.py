"""Agents as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import g, url_for

from dashboard.agents import actions, reports
from dashboard.agents.models import Agent, Training
from dashboard.agents.schemas import (
    AgentIn,
    AgentOut,
    AgentPatch,
    AgentQuery,
    AgentRow,
    TrainingIn,
    TrainingOut,
)
from dashboard.api import api_blueprint
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page, PageQuery, Schema, patched

bp = api_blueprint("agents", __name__)


@bp.get("")
@needs(Permission.AGENT_READ)
@bp.input(AgentQuery, location="query")
@bp.output(Page[AgentRow])
def index(query_data: AgentQuery) -> Rows:
    """List the agents, newest first."""
    rows = Agent.rows_for(query_data.q, query_data.status)
    return paginate(rows, Agent.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.AGENT_WRITE)
@bp.input(AgentIn)
@bp.output(AgentOut, status_code=201)
def create(json_data: AgentIn) -> tuple[Agent, int, dict[str, str]]:
    """Create an agent."""
    agent = actions.create_agent(g.actor, json_data)
    return agent, 201, {"Location": url_for(".show", agent_id=agent.id)}


@bp.get("/<uuid:agent_id>")
@needs(Permission.AGENT_READ)
@bp.output(AgentOut)
def show(agent_id: UUID) -> Agent:
    """Get one agent with its mind, its tools and what it may not ask for."""
    return find_for(g.actor, Agent, agent_id)


@bp.put("/<uuid:agent_id>")
@needs(Permission.AGENT_WRITE)
@bp.input(AgentIn)
@bp.output(AgentOut)
def replace(agent_id: UUID, json_data: AgentIn) -> Agent:
    """Replace an agent: what is left out gets its default."""
    agent = find_for(g.actor, Agent, agent_id)
    return actions.update_agent(g.actor, agent, json_data)


@bp.patch("/<uuid:agent_id>")
@needs(Permission.AGENT_WRITE)
@bp.input(AgentPatch)
@bp.output(AgentOut)
def update(agent_id: UUID, json_data: Schema) -> Agent:
    """Change only what the body names."""
    agent = find_for(g.actor, Agent, agent_id)
    return actions.update_agent(g.actor, agent, patched(AgentIn, agent, json_data))


@bp.delete("/<uuid:agent_id>")
@needs(Permission.AGENT_WRITE)
@bp.output(EmptySchema, status_code=204)
def retire(agent_id: UUID) -> str:
    """Retire an agent: it acts no more, and its history stays."""
    actions.retire_agent(g.actor, find_for(g.actor, Agent, agent_id))
    return ""


@bp.get("/<uuid:agent_id>/trainings")
@needs(Permission.AGENT_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[TrainingOut])
def trainings(agent_id: UUID, query_data: PageQuery) -> Rows:
    """List what an agent was taught or shown, newest first."""
    rows = reports.trainings_of(find_for(g.actor, Agent, agent_id))
    return paginate(rows, Training.id, after=query_data.after, limit=query_data.limit)


@bp.post("/<uuid:agent_id>/trainings")
@needs(Permission.AGENT_WRITE)
@bp.input(TrainingIn)
@bp.output(TrainingOut, status_code=201)
def train(agent_id: UUID, json_data: TrainingIn) -> dict[str, Any]:
    """Write down what an agent was taught or shown, and how that went."""
    agent = find_for(g.actor, Agent, agent_id)
    training = actions.train(g.actor, agent, json_data)
    stored = TrainingOut.model_fields.keys() - {"recorded_by_name"}
    shown = {name: getattr(training, name) for name in stored}
    return shown | {"recorded_by_name": g.actor.name}
