"""Runs of one schedule that wait for each other."""

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import aliased

from dashboard.runs.models import Run, RunStatus
from dashboard.schedules.deciding import Overlap
from dashboard.schedules.models import Schedule


def waiting_turn() -> sa.ColumnElement[bool]:
    """A run whose schedule lets its runs queue, while another one comes first.

    Whatever runs comes first; of those that wait, the one placed first.
    """
    other = aliased(Run)
    first = sa.or_(
        sa.and_(other.status == RunStatus.RUNNING, other.id != Run.id),
        sa.and_(other.status == RunStatus.QUEUED, other.id < Run.id),
    )
    return (
        select(other.id)
        .join(Schedule, Schedule.id == other.schedule_id)
        .where(other.schedule_id == Run.schedule_id)
        .where(other.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]))  # by its index
        .where(Schedule.overlap == Overlap.QUEUE, first)
        .exists()
    )
