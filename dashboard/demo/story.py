"""Telling history: what is done is done by the real actions, each at its own time."""

import heapq
from collections.abc import Callable
from datetime import datetime
from itertools import count

from dashboard.demo.clockwork import Clockwork
from dashboard.extensions import db

Act = Callable[[], object]


class Story:
    """Acts in the order in which they happened; one act may lead to others.

    The clock is set, not the rows: deadlines, notices, ids and the audit trail are
    what they would have been, had somebody done all this then.
    """

    def __init__(self, today: datetime) -> None:
        self.today = today
        self._acts: list[tuple[datetime, int, Act]] = []
        self._order = count()
        self._always: list[Act] = []

    def at(self, moment: datetime, act: Act) -> None:
        """Of one moment, what was said first comes first."""
        heapq.heappush(self._acts, (moment, next(self._order), act))

    def after_each(self, act: Act) -> None:
        """From now on, let this follow whatever happens."""
        self._always.append(act)

    def tell(self) -> None:
        """Let everything happen up to today; what lies ahead is left to come."""
        if not self._acts:
            return
        clockwork = Clockwork()
        with clockwork.from_then(self._acts[0][0]):
            while self._acts and self._acts[0][0] <= self.today:
                moment, _, act = heapq.heappop(self._acts)
                clockwork.set(moment)
                self._do(act)
                for each in self._always:
                    self._do(each)

    def _do(self, act: Act) -> None:
        act()
        db.session.expire_all()
