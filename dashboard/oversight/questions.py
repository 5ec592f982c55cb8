"""Questions about oversight. Asking changes nothing and is written down nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, select
from sqlalchemy.orm import joinedload

from dashboard.agents.models import Agent, Restriction
from dashboard.councils.models import BlockedType, Council
from dashboard.councils.wording import oversight
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.oversight import routing
from dashboard.oversight.deciding import (
    Step,
    action_steps,
    governance_step,
    review_steps,
)
from dashboard.oversight.schemas import ActionQuestion, ReviewQuestion
from dashboard.workflow_types.models import WorkflowType

NO_TYPE = "There is no such workflow type."


@dataclass(frozen=True)
class Answer:
    """Yes or no, in a sentence, with every step that was looked at."""

    yes: bool
    verdict: str
    reasons: list[Step]


@dataclass(frozen=True)
class Responsible:
    """Who decides, or why nobody does."""

    council: Council | None
    reasons: list[str]


def may_be_asked(council: Council, question: ActionQuestion) -> Answer:
    """Whether the council hears this type from this agent at all."""
    type_name, blocked, agent_name, restricted = facts_of(council, question)
    steps = action_steps(council.name, type_name, agent_name, blocked, restricted)
    allowed = all(step.met for step in steps)
    return Answer(allowed, "Allowed." if allowed else "Not allowed.", steps)


def facts_of(
    council: Council, asked: ActionQuestion
) -> tuple[str, str | None, str, str | None]:
    """Names, and what stands against them, in one statement."""
    blocks = and_(
        BlockedType.type_id == WorkflowType.id, BlockedType.council_id == council.id
    )
    keeps = and_(
        Restriction.type_id == WorkflowType.id, Restriction.agent_id == Agent.id
    )
    wanted = (
        select(WorkflowType.name, BlockedType.reason, Agent.name, Restriction.reason)
        .select_from(WorkflowType)
        .outerjoin(BlockedType, blocks)
        .outerjoin(Agent, Agent.id == asked.agent_id)
        .outerjoin(Restriction, keeps)
        .where(WorkflowType.id == asked.type_id)
    )
    found = db.session.execute(wanted).one_or_none()
    if found is None:
        raise Invalid({"type_id": NO_TYPE})
    type_name, blocked, agent_name, restricted = found
    if asked.agent_id and agent_name is None:
        raise Invalid({"agent_id": "There is no such agent."})
    return type_name, blocked, agent_name or "", restricted


def is_review_required(council: Council, question: ReviewQuestion) -> Answer:
    """Whether the council votes on work that saves this much a week."""
    steps = review_steps(
        council.name,
        council.review_actions,
        council.savings_threshold,
        question.weekly_savings,
    )
    required = steps[-1].met
    verdict = "A vote is needed." if required else "No vote is needed."
    return Answer(required, verdict, steps)


def who_decides(type_: WorkflowType) -> Responsible:
    """The council responsible, with what was looked at; or the refusal in its place."""
    try:
        route = routing.responsible(type_)
    except Invalid as nobody:
        return Responsible(None, list(nobody.errors.values()))
    return Responsible(route.council, route.reasons)


@dataclass(frozen=True)
class Before:
    """What is known before a proposal of a type is made."""

    responsible: Responsible
    oversight: str
    blocked: str | None
    restricted: Sequence[Row[Any]]
    """The agents that may not ask for it: name and reason."""


def before(type_: WorkflowType) -> Before:
    """Who would decide, whether a vote is needed, and what would be rejected."""
    found = who_decides(type_)
    council = found.council
    restricted: Any = (
        select(Agent.name, Restriction.reason)
        .join(Restriction, Restriction.agent_id == Agent.id)
        .where(Restriction.type_id == type_.id)
        .order_by(Agent.name)
    )
    kept = db.session.execute(restricted).all()
    if council is None:
        return Before(found, "", None, kept)
    if type_.is_governance:
        sentence = governance_step(council.name).sentence
    else:
        sentence = oversight(council.review_actions, council.savings_threshold)
    return Before(found, sentence, block_reason(council, type_), kept)


def block_reason(council: Council, type_: WorkflowType) -> str | None:
    reason = select(BlockedType.reason).where(
        BlockedType.council_id == council.id, BlockedType.type_id == type_.id
    )
    return db.session.scalar(reason)


def type_with_council(type_id: UUID) -> WorkflowType:
    wanted = select(WorkflowType).options(joinedload(WorkflowType.council))
    type_ = db.session.scalar(wanted.where(WorkflowType.id == type_id))
    if type_ is None:
        raise Invalid({"type_id": NO_TYPE})
    return type_
