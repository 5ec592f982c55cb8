"""Create, change and retire agents."""

from uuid import UUID

from sqlalchemy import select

from dashboard.agents.models import Agent
from dashboard.agents.schemas import AgentIn
from dashboard.audit import audited
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User


def create_agent(actor: Actor, wanted: AgentIn) -> Agent:
    with audited(actor, Permission.AGENT_WRITE) as entry:
        agent = Agent()
        fill(agent, wanted)
        db.session.add(agent)
        entry.about(agent)
    return agent


def update_agent(actor: Actor, agent: Agent, wanted: AgentIn) -> Agent:
    with audited(actor, Permission.AGENT_WRITE, agent):
        fill(agent, wanted)
    return agent


def retire_agent(actor: Actor, agent: Agent) -> Agent:
    with audited(actor, Permission.AGENT_WRITE, agent):
        agent.retire()
    return agent


def fill(agent: Agent, wanted: AgentIn) -> None:
    check_name(agent, wanted.name)
    check_owner(agent, wanted.owner_id)
    agent.become(wanted.status)
    agent.name = wanted.name
    agent.description = wanted.description
    agent.role = wanted.role
    agent.capabilities = wanted.capabilities
    agent.owner_id = wanted.owner_id


def check_name(agent: Agent, name: str) -> None:
    taken = select(Agent.id).where(Agent.name == name, Agent.id != agent.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another agent has this name."})


def check_owner(agent: Agent, owner_id: UUID | None) -> None:
    """Only somebody new is asked about: an owner who left stays named."""
    if owner_id in {None, agent.owner_id}:
        return
    active = select(User.id).where(User.id == owner_id, User.is_active)
    if db.session.scalar(active) is None:
        raise Invalid({"owner_id": "There is no such active person."})
