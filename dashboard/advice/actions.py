"""Pass on what an agent thinks of a proposal."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dashboard.advice.asking import put_question
from dashboard.advice.models import Advice, AdviceRequest
from dashboard.advice.schemas import AdviceIn
from dashboard.advice.standing import (
    is_frozen,
    live_advice,
    supersede,
    votable,
    why_not,
)
from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.users.models import User
from dashboard.workflows import jobs
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.voting import Refusal

FROZEN = "A freeze holds {} back. It can be asked again once that is lifted."


def advise(actor: User, workflow: Workflow, wanted: AdviceIn) -> Advice:
    """Keep an agent's opinion beside the votes; an earlier one is superseded.

    It is counted nowhere: no tally and no deadline moves.
    """
    jobs.advance(workflow.id)  # what time has brought comes first
    with audited(actor, Permission.WORKFLOW_ADVISE, workflow) as entry:
        at = database_now(db.session())
        round_ = votable(workflow, wanted.revision, at)
        agent = adviser(actor, workflow, wanted.agent_id)
        supersede(live_advice(round_, agent), at)
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


def ask_again(actor: User, workflow: Workflow, agent_id: UUID) -> AdviceRequest:
    """Ask an agent's model once more, after it did not answer."""
    jobs.advance(workflow.id)  # what time has brought comes first
    with audited(actor, Permission.WORKFLOW_ADVISE, workflow) as entry:
        at = database_now(db.session())
        round_ = votable(workflow, workflow.revision, at)
        agent = adviser(actor, workflow, agent_id)
        if db.session.scalar(is_frozen(workflow.council_id, agent.id).limit(1)):
            raise RuleBroken(FROZEN.format(agent), code="frozen")
        before = last_request(round_, agent)
        refuse_needless(agent, before, live_advice(round_, agent))
        number = before.number + 1 if before else 1
        request = put_question(round_, agent, at, number=number, asked_by=actor)
        workflow.touch()
        entry.about(workflow, agent=agent.name, asked_again=number)
    return request


def last_request(round_: Round, agent: Agent) -> AdviceRequest | None:
    asked = select(AdviceRequest).where(
        AdviceRequest.round_id == round_.id, AdviceRequest.agent_id == agent.id
    )
    newest = asked.order_by(AdviceRequest.number.desc()).limit(1)
    return db.session.scalar(newest.options(joinedload(AdviceRequest.call)))


def refuse_needless(
    agent: Agent, before: AdviceRequest | None, known: Advice | None
) -> None:
    if not agent.can_think:
        raise RuleBroken(f"{agent} has no model that is switched on, or no prompt.")
    if before and before.call and before.call.is_live:
        raise RuleBroken(f"{agent} is reading it. Wait for its answer.")
    if known and known.problem is None:
        raise RuleBroken(f"{agent} has advised on this revision already.")


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
