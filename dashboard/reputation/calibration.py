"""How sure an agent's advice was, and how often it was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Select, func, select

from dashboard.advice.models import Advice, Opinion
from dashboard.agents.models import Agent
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.reputation.models import AdviceScore
from dashboard.workflows.models import Round, Workflow

BUCKETS = ((90, 100), (80, 89), (70, 79), (60, 69), (50, 59), (0, 49))
"""Stated confidence in per cent, from and to."""


@dataclass(frozen=True)
class Bucket:
    """Advice that was given with about this much confidence."""

    least: int
    most: int
    number: int
    stated: float
    """Per cent of confidence on average."""
    right: float
    """Per cent of the advice that turned out right."""
    brier: float


def buckets_of(agent: Agent) -> list[Bucket]:
    """Of all its scored advice, the surest first; groups without any are left out."""
    group = sa.case(
        *((Advice.confidence >= least, least) for least, _ in BUCKETS)
    ).label("least")
    approved = Advice.opinion == Opinion.APPROVE
    was_right = sa.case((approved == AdviceScore.succeeded, 100.0), else_=0.0)
    rows = (
        select(
            group,
            func.count().label("number"),
            sa.cast(func.avg(Advice.confidence), sa.Float).label("stated"),
            sa.cast(func.avg(was_right), sa.Float).label("right"),
            sa.cast(func.avg(AdviceScore.brier), sa.Float).label("brier"),
        )
        .join(AdviceScore.advice)
        .where(AdviceScore.agent_id == agent.id)
        .group_by(group)
    )
    found = {row.least: row for row in db.session.execute(rows)}
    return [
        Bucket(least, most, row.number, row.stated, row.right, row.brier)
        for least, most in BUCKETS
        if (row := found.get(least))
    ]


def mean_brier(buckets: Sequence[Bucket]) -> float | None:
    """Over all of them; none before the first."""
    number = sum(each.number for each in buckets)
    return sum(b.brier * b.number for b in buckets) / number if number else None


def scored(agent: Agent, actor: Actor) -> Select[Any]:
    """The advice of an agent that was scored, on work that this person sees."""
    rows: Any = select(
        AdviceScore.id,
        AdviceScore.advice_id,
        AdviceScore.forecast,
        AdviceScore.succeeded,
        AdviceScore.brier,
        AdviceScore.at,
        Advice.opinion,
        Advice.confidence,
        Workflow.id.label("workflow_id"),
        Workflow.number.label("workflow_number"),
        Workflow.title,
    )
    judged = rows.join(AdviceScore.advice).join(Round, Round.id == Advice.round_id)
    narrowed: Select[Any] = judged.join(
        Workflow, Workflow.id == Round.workflow_id
    ).where(AdviceScore.agent_id == agent.id, Workflow.seen_by(actor))
    return narrowed
