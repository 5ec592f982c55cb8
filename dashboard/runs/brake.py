"""Which runs a freeze holds back: asked by workers, and by the page of a run."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, select

from dashboard.agents.models import Agent
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.freezes.models import Freeze
from dashboard.runs.models import Run
from dashboard.workflows.models import Workflow
from dashboard.workflows.refusals import broken
from dashboard.workflows.voting import Refusal


class Held(Exception):
    """A freeze came between claiming a run and beginning it."""


def held_back() -> sa.ColumnElement[bool]:
    """Everything is frozen, or the council or the agent of this run's workflow."""
    of_workflow = select(Workflow.id).where(
        Workflow.id == Run.workflow_id,
        Freeze.stops(Workflow.council_id, Workflow.agent_id).exists(),
    )
    return sa.or_(Freeze.stops().exists(), of_workflow.exists())


def refuse_held(run: Run) -> None:
    """A worker gives the run back; it begins once the freeze is lifted."""
    if db.session.scalar(select(Run.id).where(Run.id == run.id, held_back())):
        raise Held(f"Run {run.id} is frozen.")


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
