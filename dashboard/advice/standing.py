"""Whether advice can be given, and what takes the place of what."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, select

from dashboard.advice.models import Advice
from dashboard.agents.models import Agent
from dashboard.councils.models import Adviser
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.refusals import CLOSED, SENTENCES, broken
from dashboard.workflows.voting import Refusal

STALE = "This proposal changed since the agent read it. Let it read revision {}."


def current_round(workflow: Workflow) -> Round | None:
    return db.session.scalar(
        select(Round).where(
            Round.workflow_id == workflow.id, Round.revision == workflow.revision
        )
    )


def open_round(workflow: Workflow, at: datetime) -> Round | None:
    """The round that takes votes at this moment."""
    round_ = current_round(workflow) if workflow.is_open else None
    if round_ is None or not round_.opened_at <= at < round_.closes_at:
        return None
    return round_


def votable(workflow: Workflow, revision: int, at: datetime) -> Round:
    """The same, on the revision that was read, or why there is none."""
    round_ = open_round(workflow, at)
    if round_ is None:
        closed = CLOSED.get(workflow.status, SENTENCES[Refusal.NOT_OPEN])
        raise broken(Refusal.NOT_OPEN, closed)
    if revision != workflow.revision:
        raise broken(Refusal.STALE_REVISION, STALE.format(workflow.revision))
    return round_


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


def is_frozen(council_id: Any, agent_id: Any) -> Select[UUID]:
    """A freeze that reaches an agent's advice to a council; ids or columns of them."""
    return select(Freeze.id).where(
        Freeze.lifted_at.is_(None),
        sa.or_(
            Freeze.scope == Scope.ALL,
            Freeze.council_id == council_id,
            Freeze.agent_id == agent_id,
        ),
    )


def live_advice(round_: Round, agent: Agent) -> Advice | None:
    return db.session.scalar(
        select(Advice).where(
            Advice.round_id == round_.id,
            Advice.agent_id == agent.id,
            Advice.superseded_at.is_(None),
        )
    )


def supersede(earlier: Advice | None, at: datetime) -> None:
    if earlier:
        earlier.superseded_at = at
        db.session.flush()  # at most one live opinion an agent, at every moment
