"""Create, change and retire agents."""

from uuid import UUID

from sqlalchemy import select

from dashboard.agents.minds import furnish
from dashboard.agents.models import Agent, Training
from dashboard.agents.schemas import AgentIn, RestrictionIn, TrainingIn
from dashboard.audit import audited
from dashboard.councils.models import Adviser
from dashboard.errors import Denied, Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType

ONLY_AN_ADMIN = (
    "{} advises a council, so its owner reads what is proposed there. Ask an admin to "
    "name another one."
)


def create_agent(actor: Actor, wanted: AgentIn) -> Agent:
    with audited(actor, Permission.AGENT_WRITE) as entry:
        agent = Agent()
        fill(actor, agent, wanted)
        db.session.add(agent)
        entry.about(agent)
    return agent


def update_agent(actor: Actor, agent: Agent, wanted: AgentIn) -> Agent:
    with audited(actor, Permission.AGENT_WRITE, agent):
        fill(actor, agent, wanted)
    return agent


def retire_agent(actor: Actor, agent: Agent) -> Agent:
    with audited(actor, Permission.AGENT_WRITE, agent):
        agent.retire()
    return agent


def train(actor: User, agent: Agent, wanted: TrainingIn) -> Training:
    """Write down what it was taught or shown; it stays for good."""
    with audited(actor, Permission.AGENT_WRITE, agent) as entry:
        training = Training(agent_id=agent.id, recorded_by=actor, **wanted.model_dump())
        db.session.add(training)
        entry.about(agent, topic=training.topic, outcome=training.outcome)
    return training


def fill(actor: Actor, agent: Agent, wanted: AgentIn) -> None:
    check_name(agent, wanted.name)
    check_owner(actor, agent, wanted.owner_id)
    furnish(actor, agent, wanted)
    if wanted.restrictions is not None:
        restrict(actor, agent, wanted.restrictions)
    agent.become(wanted.status)
    agent.name = wanted.name
    agent.description = wanted.description
    agent.role = wanted.role
    agent.capabilities = wanted.capabilities
    agent.strengths = wanted.strengths
    agent.weaknesses = wanted.weaknesses
    agent.owner_id = wanted.owner_id


def may_restrict(actor: Actor) -> bool:
    """Guardians may; whoever owns an agent does not loosen what holds it."""
    return Permission.FREEZE_WRITE in actor.grants


def restrict(actor: Actor, agent: Agent, wanted: list[RestrictionIn]) -> None:
    today = {each.type_id: each.reason for each in agent.restrictions}
    if today == {each.type_id: each.reason for each in wanted}:
        return
    if not may_restrict(actor):
        raise Denied("Only an admin may change what an agent is kept from.")
    check_types(wanted)
    agent.restrict(wanted)


def check_types(wanted: list[RestrictionIn]) -> None:
    """Say which row is wrong."""
    ids = [each.type_id for each in wanted]
    known = set(
        db.session.scalars(select(WorkflowType.id).where(WorkflowType.id.in_(ids)))
    )
    for place, type_id in enumerate(ids):
        if type_id not in known:
            unknown = "There is no such workflow type."
            raise Invalid({f"restrictions.{place}.type_id": unknown})


def check_name(agent: Agent, name: str) -> None:
    taken = select(Agent.id).where(Agent.name == name, Agent.id != agent.id)
    if db.session.scalar(taken):
        raise Invalid({"name": "Another agent has this name."})


def check_owner(actor: Actor, agent: Agent, owner_id: UUID | None) -> None:
    """Only somebody new is asked about: an owner who left stays named."""
    if owner_id in {None, agent.owner_id}:
        return
    active = select(User.id).where(User.id == owner_id, User.is_active)
    if db.session.scalar(active) is None:
        raise Invalid({"owner_id": "There is no such active person."})
    if Permission.USER_WRITE not in actor.grants and is_heard(agent):
        raise Invalid({"owner_id": ONLY_AN_ADMIN.format(agent)})


def is_heard(agent: Agent) -> bool:
    """Whoever answers for an agent reads what the councils it advises decide."""
    heard = select(Adviser.id).where(Adviser.agent_id == agent.id)
    return db.session.scalar(heard.limit(1)) is not None
