"""The tale's clock: while it is told, this process lives at another time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from dashboard import clock


class Clockwork:
    """Sets the one clock."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)

    def set(self, moment: datetime) -> None:
        """Let it be this moment, and time go on from there; it never goes back."""
        self._ahead += max(moment - clock.now(), timedelta(0))
        clock.set_ahead(self._ahead)

    @contextmanager
    def from_then(self, moment: datetime) -> Iterator[None]:
        """Live at that moment and after it; at the end it is today again."""
        self._ahead = moment - clock.now()
        clock.set_ahead(self._ahead)
        try:
            yield
        finally:
            clock.set_ahead(timedelta(0))
