"""Which runs may not start now: asked by workers, and by the page of a run.

A freeze holds them back, a bot that rests after a failure or is in quarantine, or a
run of the same schedule that comes first.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard.agents.models import Agent
from dashboard.bots.models import Bot
from dashboard.clock import database_now, now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.runs.models import Execution, Run, StepStatus
from dashboard.schedules.turns import waiting_turn
from dashboard.workflows.models import Workflow
from dashboard.workflows.refusals import broken
from dashboard.workflows.voting import Refusal


class Held(Exception):
    """A brake was pulled between claiming a run and doing its next step."""


def held_back(at: datetime | None = None) -> sa.ColumnElement[bool]:
    """A freeze reaches this run, a bot it needs does not start, or it is not its turn.

    `at` is the database's time, for whoever has asked for it already.
    """
    moment = at or database_now(db.session())
    frozen = sa.or_(Freeze.stops().exists(), frozen_workflow())
    return sa.or_(frozen, held_step(moment), waiting_turn())


def frozen_workflow() -> sa.ColumnElement[bool]:
    """The council or the agent of this run's workflow is frozen."""
    frozen = select(Workflow.id).where(
        Workflow.id == Run.workflow_id,
        Freeze.stops(Workflow.council_id, Workflow.agent_id).exists(),
    )
    return frozen.exists()


def held_step(at: datetime) -> sa.ColumnElement[bool]:
    """Of a step still to be done the bot is in quarantine, or rests.

    Or its agent is frozen. What an agent calls meanwhile holds no run back.
    """
    rests = sa.or_(Bot.quarantined_at.is_not(None), Bot.resume_at > at)
    held = (
        select(Execution.id)
        .outerjoin(Bot, Bot.id == Execution.bot_id)
        .where(Execution.run_id == Run.id, Execution.status == StepStatus.QUEUED)
        .where(Execution.sub == 0)
        .where(sa.or_(rests, Execution.agent_id.in_(frozen_agents())))
    )
    return held.exists()


def frozen_agents() -> Select[UUID | None]:
    return select(Freeze.agent_id).where(
        Freeze.lifted_at.is_(None), Freeze.agent_id.is_not(None)
    )


def freezes_of(workflow: Workflow) -> Select[UUID]:
    """The freezes that keep this workflow from starting."""
    agents = Freeze.agent_id.in_(workflow.agents_needed)
    of_agents = sa.and_(Freeze.lifted_at.is_(None), agents)
    stops = Freeze.stops(workflow.council_id)
    return select(Freeze.id).where(sa.or_(Freeze.id.in_(stops), of_agents))


def refuse_held(run: Run) -> None:
    """A worker gives the run back; it begins once nothing holds it back."""
    if db.session.scalar(select(Run.id).where(Run.id == run.id, held_back())):
        raise Held(f"Run {run.id} is held back.")


def waits_for(run: Run) -> str | None:
    """For which of its bots a queued run waits, in a sentence; of loaded records."""
    rest = [step for step in run.steps if step.status is StepStatus.QUEUED]
    for bot in [step.bot for step in rest if step.bot] if run.is_queued else ():
        if bot.is_quarantined:
            return (
                f"Waits: {bot.name} is in quarantine, after it failed too often in a "
                "row. The run starts once somebody has looked and released the bot."
            )
        if bot.resume_at and bot.resume_at > now():
            until = f"{bot.resume_at:%H:%M:%S} UTC"
            return f"Waits: {bot.name} failed and rests until {until}."
    return None


def refuse_frozen() -> None:
    """A bot on its own knows no council and no agent: only a freeze of all stops it."""
    if db.session.scalar(Freeze.stops().limit(1)):
        raise broken(Refusal.FROZEN)


def brake_on(workflow: Workflow | None) -> Row[Any] | None:
    """The oldest freeze that keeps this workflow, or a bot on its own, from starting.

    Whoever waits is told what is frozen and since when, not why: that is for those
    who may know of the freeze.
    """
    stops = freezes_of(workflow) if workflow else Freeze.stops()
    what = sa.func.coalesce(Council.name, Agent.name, "Everything").label("what")
    found: Any = (
        select(what, Freeze.frozen_at)
        .outerjoin(Freeze.council)
        .outerjoin(Freeze.agent)
        .where(Freeze.id.in_(stops))
        .order_by(Freeze.frozen_at)
    )
    brake: Row[Any] | None = db.session.execute(found.limit(1)).one_or_none()
    return brake
