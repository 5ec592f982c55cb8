"""Forgetting what is old: in portions, so that nobody waits long for a lock."""

import sqlalchemy as sa
from sqlalchemy import delete, select

from dashboard.database import Model
from dashboard.extensions import db
from dashboard.runs.fence import writing

AT_ONCE = 2000
"""Rows that one short transaction removes."""


def prune(model: type[Model], *old: sa.ColumnElement[bool]) -> int:
    """Remove the rows that are old; how many there were. Others write meanwhile."""
    pruned = 0
    while gone := prune_some(model, *old):
        pruned += gone
    return pruned


def prune_some(model: type[Model], *old: sa.ColumnElement[bool]) -> int:
    some = select(model.id).where(*old).order_by(model.id).limit(AT_ONCE)
    with writing():
        ids = db.session.scalars(some.with_for_update(skip_locked=True)).all()
        db.session.execute(
            delete(model)
            .where(model.id.in_(ids))
            .execution_options(synchronize_session=False)
        )
    return len(ids)
