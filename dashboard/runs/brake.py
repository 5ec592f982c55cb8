"""Which runs may not start now: asked by workers, and by the page of a run.

A freeze holds them back, a bot that rests after a failure or is in quarantine, or a
run of the same schedule that comes first.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, select

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
    return sa.or_(frozen, resting_bot(moment), waiting_turn())


def frozen_workflow() -> sa.ColumnElement[bool]:
    """The council or the agent of this run's workflow is frozen."""
    frozen = select(Workflow.id).where(
        Workflow.id == Run.workflow_id,
        Freeze.stops(Workflow.council_id, Workflow.agent_id).exists(),
    )
    return frozen.exists()


def resting_bot(at: datetime) -> sa.ColumnElement[bool]:
    """The bot of a step still to be done is in quarantine, or rests."""
    rests = (
        select(Execution.id)
        .join(Bot, Bot.id == Execution.bot_id)
        .where(Execution.run_id == Run.id, Execution.status == StepStatus.QUEUED)
        .where(sa.or_(Bot.quarantined_at.is_not(None), Bot.resume_at > at))
    )
    return rests.exists()


def refuse_held(run: Run) -> None:
    """A worker gives the run back; it begins once nothing holds it back."""
    if db.session.scalar(select(Run.id).where(Run.id == run.id, held_back())):
        raise Held(f"Run {run.id} is held back.")


def waits_for(run: Run) -> str | None:
    """For which of its bots a queued run waits, in a sentence; of loaded records."""
    rest = [step.bot for step in run.steps if step.status is StepStatus.QUEUED]
    for bot in rest if run.is_queued else ():
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
    stops = Freeze.stops(
        workflow and workflow.council_id, workflow and workflow.agent_id
    )
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
