"""Forget the logs of old runs: the run, its output and its audit entries stay."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.runs.fence import writing
from dashboard.runs.models import Execution, LogChunk

KEPT = timedelta(days=365)
"""A year: logs are most of what is stored, and hardly anybody reads older ones."""
AT_ONCE = 200
"""Steps whose logs one short transaction removes."""


def prune_logs() -> int:
    """Of how many steps; none is left with a part of its log."""
    pruned = 0
    while gone := prune_some():
        pruned += gone
    return pruned


def prune_some() -> int:
    with writing():
        before = earliest_id(database_now(db.session()) - KEPT)
        old = select(LogChunk.execution_id).where(LogChunk.id < before)
        ids = set(db.session.scalars(old.order_by(LogChunk.id).limit(AT_ONCE)))
        for statement in (
            delete(LogChunk).where(LogChunk.execution_id.in_(ids)),
            update(Execution)
            .where(Execution.id.in_(ids))
            .values(log_lines=0, first_error_line=None),
        ):
            db.session.execute(statement.execution_options(synchronize_session=False))
    return len(ids)


def earliest_id(moment: datetime) -> UUID:
    """The ids of rows tell when they were made: this is the first one of a moment."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
