"""What pages and the API read of advice: on a round, and of an agent."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select

from dashboard.advice.models import Advice, AdviceRequest, Opinion
from dashboard.agents.models import Agent, AgentStatus
from dashboard.ai_models.models import AIModel
from dashboard.councils.models import Adviser, Council
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall
from dashboard.permissions import SYSTEM, Actor, Permission
from dashboard.users.models import User
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.models.rounds import Outcome

MOST = 200


def rows() -> Select[Any]:
    """Advice with who gave it, without loading a single object."""
    given: Any = select(
        Advice.id,
        Advice.agent_id,
        Agent.name.label("agent_name"),
        Advice.opinion,
        Advice.confidence,
        Advice.reason,
        Advice.revision,
        Advice.content_hash,
        Advice.given_by_id,
        func.coalesce(User.name, SYSTEM.name).label("given_by_name"),
        Advice.given_at,
        Advice.superseded_at,
        Advice.problem,
        Advice.call_id,
        Agent.owner_id,
    )
    rows: Select[Any] = given.join(Advice.agent).outerjoin(Advice.given_by)
    return rows


def advice_of(round_id: UUID | None) -> list[Row[Any]]:
    """All advice on one round, newest first, what was superseded too."""
    if round_id is None:
        return []
    wanted = rows().where(Advice.round_id == round_id).order_by(Advice.id.desc())
    return list(db.session.execute(wanted.limit(MOST)))


def rows_on(workflow: Workflow) -> Select[Any]:
    """All advice on every revision of a workflow."""
    return rows().join(Advice.round).where(Round.workflow_id == workflow.id)


def beside_votes(
    workflow: Workflow, round_: Round | None, actor: Actor
) -> dict[str, Any]:
    """What a page shows of advice: what was said, who may still say something."""
    circle = circle_of(workflow, round_) if round_ and workflow.is_open else []
    return {
        "advice": advice_of(round_.id if round_ else None),
        "advisers": answered_for(circle, actor),
        "reading": [each for each in circle if each.is_reading],
    }


@dataclass(frozen=True)
class Heard:
    """An agent whose advice can be given now, and whether its model is at it."""

    id: UUID
    name: str
    owner_id: UUID | None
    thinks: bool
    """It has a model that is on, and a prompt."""
    asked: CallStatus | None
    """How the last call stands that asked it."""

    @property
    def is_reading(self) -> bool:
        return self.asked is not None and not self.asked.is_final


def circle_of(workflow: Workflow, round_: Round) -> list[Heard]:
    """The active advisers of a council, but for the one that the work is for."""
    of_round = sa.and_(
        AdviceRequest.agent_id == Agent.id, AdviceRequest.round_id == round_.id
    )
    thinks = sa.and_(AIModel.is_active, Agent.prompt_id.is_not(None))
    rows: Any = (
        select(Agent.id, Agent.name, Agent.owner_id)
        .add_columns(func.coalesce(thinks, sa.false()).label("thinks"))
        .add_columns(ModelCall.status.label("asked"))
        .join(Adviser, Adviser.agent_id == Agent.id)
        .outerjoin(AIModel, AIModel.id == Agent.ai_model_id)
        .outerjoin(AdviceRequest, of_round)
        .outerjoin(AdviceRequest.call)
        .where(Adviser.council_id == workflow.council_id)
        .where(Agent.status == AgentStatus.ACTIVE)
        .where(Agent.id.is_distinct_from(workflow.agent_id))
        .order_by(Agent.name, AdviceRequest.number)
    )
    found = db.session.execute(rows)
    last = {row.id: Heard(**row._mapping) for row in found}  # of each, the last call
    return list(last.values())


def answered_for(circle: Iterable[Heard], actor: Actor) -> list[Heard]:
    """The agents whose advice this person may pass on."""
    if Permission.WORKFLOW_ADVISE not in actor.grants:
        return []
    guards = Permission.USER_WRITE in actor.grants
    return [each for each in circle if guards or each.owner_id == actor.id]


def given_by(agent: Agent, actor: Actor) -> Select[Any]:
    """What an agent last said on each round, and what the council decided."""
    rows: Any = select(
        Advice.id,
        Advice.opinion,
        Advice.confidence,
        Advice.reason,
        Advice.problem,
        Advice.given_at,
        Round.outcome,
        Workflow.id.label("workflow_id"),
        Workflow.number,
        Workflow.title,
        Council.name.label("council_name"),
    )
    judged: Select[Any] = last_words(rows, agent, actor)
    return judged.join(Council, Council.id == Workflow.council_id)


def agreement(agent: Agent, actor: Actor) -> Row[int, int]:
    """On how many of its opinions a council decided, and on how many it agreed."""
    firm = Advice.opinion.in_([Opinion.APPROVE, Opinion.REJECT])
    decided = sa.and_(firm, Round.outcome.in_([Outcome.APPROVED, Outcome.REJECTED]))
    agreed = sa.or_(
        sa.and_(Advice.opinion == Opinion.APPROVE, Round.outcome == Outcome.APPROVED),
        sa.and_(Advice.opinion == Opinion.REJECT, Round.outcome == Outcome.REJECTED),
    )
    numbers: Any = select(
        func.count(sa.case((decided, 1))).label("decided"),
        func.count(sa.case((agreed, 1))).label("agreed"),
    )
    found: Row[int, int] = db.session.execute(last_words(numbers, agent, actor)).one()
    return found


def last_words(rows: Any, agent: Agent, actor: Actor) -> Select[Any]:
    """What it said last on each round of a workflow that this person sees."""
    judged = rows.select_from(Advice).join(Round, Round.id == Advice.round_id)
    of_work = judged.join(Workflow, Workflow.id == Round.workflow_id)
    narrowed: Select[Any] = of_work.where(
        Advice.agent_id == agent.id,
        Advice.superseded_at.is_(None),
        Workflow.seen_by(actor),
    )
    return narrowed
