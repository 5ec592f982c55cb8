"""Who has to wait before the next sign-in."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.database import Model

FREE_TRIES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
FORGOTTEN = timedelta(hours=1)
"""A counter that rested this long starts again."""


class SignInDelay(Model):
    """Failed sign-ins of one account or one address, and until when it must wait."""

    __tablename__ = "sign_in_delays"

    key: Mapped[str] = mapped_column(sa.String(320), unique=True)
    failures: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime] = mapped_column(index=True)
    until: Mapped[datetime | None]
    is_noted: Mapped[bool] = mapped_column(default=False)

    @property
    def is_waiting(self) -> bool:
        return self.until is not None and self.until > now()

    def count(self) -> None:
        """One more try; it is taken back when the password turns out right."""
        if now() - self.failed_at > FORGOTTEN:
            self.failures = 0
        self.failures += 1
        self.failed_at = now()
        self.is_noted = False
        wait = wait_after(self.failures)
        self.until = self.failed_at + wait if wait else None

    def take_back(self) -> None:
        self.failures = max(0, self.failures - 1)
        self.until = None


def wait_after(failures: int) -> timedelta:
    """Nothing for the first tries, then half a minute, doubling to a quarter hour."""
    if failures < FREE_TRIES:
        return timedelta(0)
    doublings = min(failures - FREE_TRIES, 10)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
