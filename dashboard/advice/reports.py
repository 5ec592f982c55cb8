"""What pages and the API read of advice: on a round, and of an agent."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select

from dashboard.advice.models import Advice, Opinion
from dashboard.agents.models import Agent, AgentStatus
from dashboard.councils.models import Adviser, Council
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
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
        User.name.label("given_by_name"),
        Advice.given_at,
        Advice.superseded_at,
    )
    rows: Select[Any] = given.join(Advice.agent).join(Advice.given_by)
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


def advisers_for(actor: Actor, workflow: Workflow) -> Sequence[Row[UUID, str]]:
    """The agents whose advice on this workflow this person may pass on."""
    if not workflow.is_open or Permission.WORKFLOW_ADVISE not in actor.grants:
        return []
    agents = (
        select(Agent.id, Agent.name)
        .join(Adviser, Adviser.agent_id == Agent.id)
        .where(Adviser.council_id == workflow.council_id)
        .where(Agent.status == AgentStatus.ACTIVE)
        .order_by(Agent.name)
    )
    if workflow.agent_id:
        agents = agents.where(Agent.id != workflow.agent_id)
    if Permission.USER_WRITE not in actor.grants:
        agents = agents.where(Agent.owner_id == actor.id)
    return db.session.execute(agents).all()


def given_by(agent: Agent, actor: Actor) -> Select[Any]:
    """What an agent last said on each round, and what the council decided."""
    rows: Any = select(
        Advice.id,
        Advice.opinion,
        Advice.confidence,
        Advice.reason,
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
