"""Telling history: what is done now, by the real actions, gets the times of a tale."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, update
from sqlalchemy.orm import Session
from uuid_utils.compat import uuid7

from dashboard.clock import now
from dashboard.database import Model, UtcDateTime
from dashboard.extensions import db
from dashboard.runs.fence import writing

RANDOM_BITS = 80


class Story:
    """Acts that are moved into the past together, once the last of them is over.

    Rules compare with the real clock while they act, so nothing is moved before. Ids
    carry the tale's time from the start: they order every list. The audit trail keeps
    the real times.
    """

    def __init__(self) -> None:
        self._moved: dict[tuple[Model, str], timedelta] = {}
        self._last = 0

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """What is stored in this block happened then."""
        session, earlier = db.session(), now() - moment

        def note(flushed: Session, *_: Any) -> None:
            for record in flushed.new:
                record.id = record.id or self._id_at(moment)
            for record in (*flushed.new, *flushed.dirty):
                self._note(record, earlier)

        event.listen(session, "before_flush", note)
        try:
            yield
        finally:
            event.remove(session, "before_flush", note)

    def tell(self) -> None:
        """Move every time that was noted; lists and pages then show the tale."""
        values: dict[Model, dict[str, datetime]] = {}
        for (record, name), earlier in self._moved.items():
            if (moment := getattr(record, name)) is not None:
                values.setdefault(record, {})[name] = moment - earlier
        with writing():
            for record, times in values.items():
                moved = update(type(record)).where(type(record).id == record.id)
                db.session.execute(
                    moved.values(times),
                    execution_options={"synchronize_session": False},
                )
        db.session.expire_all()
        self._moved.clear()

    def _id_at(self, moment: datetime) -> UUID:
        """A UUIDv7 of that time, later than the one given out before."""
        self._last = max(self._last + 1, int(moment.timestamp() * 1000))
        rest = uuid7().int & ((1 << RANDOM_BITS) - 1)
        return UUID(int=self._last << RANDOM_BITS | rest)

    def _note(self, record: Model, earlier: timedelta) -> None:
        state = sa.inspect(record)
        for attribute in state.mapper.column_attrs:
            if not isinstance(attribute.columns[0].type, UtcDateTime):
                continue
            history = state.attrs[attribute.key].history
            if not state.persistent or history.has_changes():
                self._moved[record, attribute.key] = earlier
