"""Pass on what an agent thinks of a proposal."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dashboard.advice.models import Advice
from dashboard.advice.schemas import AdviceIn
from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.councils.models import Adviser
from dashboard.errors import Denied, Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflows import jobs
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.refusals import CLOSED, SENTENCES, broken
from dashboard.workflows.voting import Refusal

STALE = "This proposal changed since the agent read it. Let it read revision {}."


def advise(actor: User, workflow: Workflow, wanted: AdviceIn) -> Advice:
    """Keep an agent's opinion beside the votes; an earlier one is superseded.

    It is counted nowhere: no tally and no deadline moves.
    """
    jobs.advance(workflow.id)  # what time has brought comes first
    with audited(actor, Permission.WORKFLOW_ADVISE, workflow) as entry:
        at = database_now(db.session())
        round_ = votable(workflow, wanted.revision, at)
        agent = adviser(actor, workflow, wanted.agent_id)
        supersede(round_, agent, at)
        advice = Advice(
            round=round_,
            agent=agent,
            opinion=wanted.opinion,
            confidence=wanted.confidence,
            reason=wanted.reason,
            revision=round_.revision,
            content_hash=round_.content_hash,
            given_by=actor,
            given_at=at,
        )
        db.session.add(advice)
        workflow.touch()
        entry.about(
            workflow,
            agent=agent.name,
            opinion=wanted.opinion,
            confidence=wanted.confidence,
            revision=round_.revision,
            digest=round_.content_hash,
        )
    return advice


def votable(workflow: Workflow, revision: int, at: datetime) -> Round:
    """The round that takes votes at this moment, on the revision that was read."""
    round_ = current_round(workflow) if workflow.is_open else None
    if round_ is None or not round_.opened_at <= at < round_.closes_at:
        closed = CLOSED.get(workflow.status, SENTENCES[Refusal.NOT_OPEN])
        raise broken(Refusal.NOT_OPEN, closed)
    if revision != workflow.revision:
        raise broken(Refusal.STALE_REVISION, STALE.format(workflow.revision))
    return round_


def current_round(workflow: Workflow) -> Round | None:
    return db.session.scalar(
        select(Round).where(
            Round.workflow_id == workflow.id, Round.revision == workflow.revision
        )
    )


def adviser(actor: Actor, workflow: Workflow, agent_id: UUID) -> Agent:
    """The agent, if it advises this council and this actor answers for it."""
    agent = db.session.get(Agent, agent_id)
    if agent is None:
        raise Invalid({"agent_id": "There is no such agent."})
    if agent.owner_id != actor.id and Permission.USER_WRITE not in actor.grants:
        raise Denied(
            f"You do not answer for {agent}. Its owner or an admin passes on its "
            "advice.",
            code=Refusal.NOT_AUTHORIZED.value,
        )
    if why := why_not(agent, workflow):
        raise Denied(why, code=Refusal.NOT_ELIGIBLE.value)
    return agent


def why_not(agent: Agent, workflow: Workflow) -> str:
    """What keeps an agent from advising on this, in a sentence."""
    if not agent.is_active:
        return f"{agent} is {agent.status.value}. Only an active agent advises."
    if agent.id == workflow.agent_id:
        return f"This is proposed on behalf of {agent}: it does not advise on it."
    heard = select(Adviser.id).where(
        Adviser.council_id == workflow.council_id, Adviser.agent_id == agent.id
    )
    if db.session.scalar(heard) is None:
        return f"{agent} is no adviser of {workflow.council}."
    return ""


def supersede(round_: Round, agent: Agent, at: datetime) -> None:
    earlier = db.session.scalar(
        select(Advice).where(
            Advice.round_id == round_.id,
            Advice.agent_id == agent.id,
            Advice.superseded_at.is_(None),
        )
    )
    if earlier:
        earlier.superseded_at = at
        db.session.flush()  # at most one live opinion an agent, at every moment
