"""Forget old times of schedules: their runs stay, and tell the same."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import aliased

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.pruning import prune
from dashboard.schedules.models import ScheduleSlot

KEPT = timedelta(days=180)
"""Half a year: no clock is set back that far, so no time of then comes again."""


def prune_slots() -> int:
    """But for the last of each schedule, which its page shows however old it is."""
    old = ScheduleSlot.due_at < database_now(db.session()) - KEPT
    later = aliased(ScheduleSlot)
    has_later = select(later.id).where(
        later.schedule_id == ScheduleSlot.schedule_id,
        later.due_at > ScheduleSlot.due_at,
    )
    return prune(ScheduleSlot, old, has_later.exists())
