"""What happens to reputations when a workflow is over: jobs of `workflows.outcomes`."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dashboard.advice.models import Advice, Opinion
from dashboard.agents.models import Agent
from dashboard.audit import audited
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.reputation.ledger import enter
from dashboard.reputation.models import AdviceScore
from dashboard.reputation.sources import (
    Deed,
    deed_of_rejection,
    deeds_of,
    has_succeeded,
)
from dashboard.workflows.models import Workflow
from dashboard.workflows.outcomes import Over

LONGEST_FEEDBACK = 300


def book(ended: Over) -> None:
    """Write the ledger rows that follow from an end, and score what was advised."""
    workflow, agent_id = ended.workflow, ended.workflow.agent_id
    if ended.run is None:
        if agent_id:
            deed = deed_of_rejection(workflow, ended.round, agent_id)
            add(deed, ended.at, lesson=workflow)
        return
    deeds = deeds_of(workflow, ended.run)
    for deed in sorted(deeds, key=lambda each: each.agent_id):
        add(deed, ended.at)  # in one order, so that two ends never wait for each other
    succeeded = has_succeeded(workflow, ended.run)
    if succeeded is not None:
        score_advice(ended.round.id, succeeded, ended.at)


def add(deed: Deed, at: datetime, lesson: Workflow | None = None) -> None:
    """One row; of rejected work, the agent learns what it is weak at."""
    agent = db.session.get_one(Agent, deed.agent_id)
    with audited(SYSTEM, Permission.REPUTATION_WRITE, agent) as entry:
        row = enter(agent, deed, at)
        if lesson:
            learn(agent, lesson)
        entry.about(agent, row=row.number, score=row.score_after, source=deed.source)


def learn(agent: Agent, workflow: Workflow) -> None:
    name = workflow.type.name
    if name not in agent.weaknesses:
        agent.weaknesses = [*agent.weaknesses, name]
    said = f"Workflow #{workflow.number} rejected by {workflow.council.name}"
    agent.last_feedback = said[:LONGEST_FEEDBACK]


def score_advice(round_id: UUID, succeeded: bool, at: datetime) -> None:
    """Hold the last word of each agent on what was decided against what came of it."""
    given = select(Advice).where(
        Advice.round_id == round_id,
        Advice.superseded_at.is_(None),
        Advice.opinion != Opinion.ABSTAIN,
    )
    for advice in db.session.scalars(given):
        forecast = forecast_of(advice.opinion, advice.confidence)
        score = AdviceScore(
            advice_id=advice.id,
            agent_id=advice.agent_id,
            forecast=forecast,
            succeeded=succeeded,
            brier=brier(forecast, succeeded),
            at=at,
        )
        db.session.add(score)


def forecast_of(opinion: Opinion, confidence: int) -> int:
    """Per cent by which it held that the work would succeed."""
    return confidence if opinion is Opinion.APPROVE else 100 - confidence


def brier(forecast: int, succeeded: bool) -> int:
    """The square of the error, of 10,000."""
    return (forecast - 100 * succeeded) ** 2
