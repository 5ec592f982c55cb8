"""What else waits for one person: drafts, approvals, failures, runs to look into."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from dashboard.agents.models import Agent, AgentStatus
from dashboard.bots.models import Bot, BotStatus
from dashboard.councils.models import Council
from dashboard.freezes.models import Freeze
from dashboard.inbox.schemas import Kind
from dashboard.permissions import Actor, Permission
from dashboard.runs.brake import frozen_agents
from dashboard.runs.models import WENT_WRONG, Run, RunStatus
from dashboard.workflows.models import (
    Round,
    Status,
    Workflow,
    WorkflowEditor,
    WorkflowStep,
)

RECENT = timedelta(days=14)
"""How long a workflow that came to nothing stays in the inbox."""


def workflows_for(actor: Actor, at: datetime) -> Select[Any]:
    """One row for each workflow that this person alone, or nearly alone, moves on."""
    kinds = kinds_for(actor, at)
    begun = {
        Kind.OPEN: Workflow.created_at,
        Kind.RUN: Round.decided_at,
        Kind.LOOK: Workflow.ended_at,
    }
    kind = sa.case(*((is_it, name.value) for name, is_it in kinds.items()))
    since = sa.case(*((is_it, begun[name]) for name, is_it in kinds.items()))
    return (
        select(
            kind.label("kind"),
            Workflow.id,
            Workflow.number,
            Workflow.title,
            Workflow.revision,
            Workflow.status,
            Council.name.label("council"),
            since.label("since"),
            sa.case((kinds[Kind.RUN], Round.expires_at)).label("deadline"),
        )
        .select_from(Workflow)
        .join(Workflow.council)
        .outerjoin(Round, is_current())
        .where(sa.or_(*kinds.values()))
    )


def kinds_for(actor: Actor, at: datetime) -> dict[Kind, sa.ColumnElement[bool]]:
    return {
        Kind.OPEN: to_open(actor),
        Kind.RUN: to_run(actor, at),
        Kind.LOOK: to_look_at(actor, at),
    }


def is_current() -> sa.ColumnElement[bool]:
    return sa.and_(
        Round.workflow_id == Workflow.id, Round.revision == Workflow.revision
    )


def is_author(actor: Actor) -> sa.ColumnElement[bool]:
    edits = select(WorkflowEditor.workflow_id).where(WorkflowEditor.user_id == actor.id)
    return sa.or_(Workflow.proposer_id == actor.id, Workflow.id.in_(edits))


def to_open(actor: Actor) -> sa.ColumnElement[bool]:
    """A draft of one's own."""
    if Permission.WORKFLOW_OPEN not in actor.grants:
        return sa.false()
    mine = Workflow.proposer_id == actor.id
    return sa.and_(Workflow.status == Status.DRAFT, mine)


def to_run(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    """An approval that this person may use now.

    Guardians may start anything; they are asked only where the proposer may not.
    """
    if Permission.WORKFLOW_RUN not in actor.grants:
        return sa.false()
    differs = Round.rule["runner_must_differ"].as_boolean()
    mine = sa.and_(is_author(actor), sa.or_(Workflow.proposer_id != actor.id, ~differs))
    starters = [mine]
    if Permission.FREEZE_WRITE in actor.grants:
        starters.append(sa.and_(differs, Workflow.proposer_id != actor.id))
    return sa.and_(
        Workflow.status == Status.APPROVED,
        Round.ready_at <= at,
        sa.or_(Round.expires_at.is_(None), Round.expires_at > at),
        sa.or_(*starters),
        is_unused(),
        ~Freeze.stops(Workflow.council_id, Workflow.agent_id).exists(),
        ~Workflow.steps.any(WorkflowStep.agent_id.in_(frozen_agents())),
        is_staffed(),
    )


def is_unused() -> sa.ColumnElement[bool]:
    return ~select(Run.id).where(Run.round_id == Round.id).exists()


def is_staffed() -> sa.ColumnElement[bool]:
    """Its agents and its bots are to be had."""
    idle = Agent.status != AgentStatus.ACTIVE
    off = WorkflowStep.bot.has(Bot.status != BotStatus.ACTIVE)
    busy = sa.or_(off, WorkflowStep.agent.has(idle))
    return sa.and_(~Workflow.agent.has(idle), ~Workflow.steps.any(busy))


def to_look_at(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    """It ended without a result, and was not proposed again since.

    Where a run went wrong it is the run that waits: see `to_review`.
    """
    again = aliased(Workflow)
    repeated = select(again.id).where(
        again.proposer_id == actor.id,
        again.type_id == Workflow.type_id,
        again.title == Workflow.title,
        again.number > Workflow.number,
    )
    broken = select(Run.id).where(
        Run.workflow_id == Workflow.id, Run.status.in_(WENT_WRONG)
    )
    return sa.and_(
        Workflow.status.in_((Status.FAILED, Status.LAPSED)),
        Workflow.proposer_id == actor.id,
        Workflow.ended_at > at - RECENT,
        ~repeated.exists(),
        ~broken.exists(),
    )


def reviews_for(actor: Actor) -> Select[Any]:
    """Runs that went wrong, until somebody says that they looked at them."""
    name = sa.case((Run.workflow_id.is_not(None), Workflow.title), else_=Bot.name)
    return (
        select(
            Run.id,
            Run.status,
            Run.error,
            Workflow.number,
            name.label("title"),
            sa.func.coalesce(Council.name, "").label("council"),
            Run.ended_at.label("since"),
        )
        .select_from(Run)
        .outerjoin(Run.workflow)
        .outerjoin(Workflow.council)
        .outerjoin(Run.bot)
        .where(to_review(actor))
    )


def to_review(actor: Actor) -> sa.ColumnElement[bool]:
    """What this person answers for; and for guardians what nobody is sure of."""
    if Permission.RUN_ACKNOWLEDGE not in actor.grants:
        return sa.false()
    written = select(Workflow.id).where(is_author(actor))
    owned = select(Bot.id).where(Bot.owner_id == actor.id)
    mine = [
        Run.started_by_id == actor.id,
        Run.workflow_id.in_(written),
        Run.bot_id.in_(owned),
    ]
    if Permission.FREEZE_WRITE in actor.grants:
        mine.append(Run.status == RunStatus.NEEDS_REVIEW)
    return sa.and_(Run.is_unacknowledged, sa.or_(*mine))
