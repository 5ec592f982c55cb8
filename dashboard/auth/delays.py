"""Who must wait before trying a password again: one count per name and per address."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from dashboard.audit import origin
from dashboard.clock import now
from dashboard.errors import DomainError
from dashboard.extensions import db
from dashboard.users.models import SignInDelay, User

KEPT = timedelta(days=1)


class TooManyTries(DomainError):
    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, until: datetime) -> None:
        minute = until + timedelta(seconds=59)  # never a time before it is over
        super().__init__(
            f"Too many tries. Wait until {minute:%H:%M} UTC, then try again."
        )


def by_name(name: str) -> list[str]:
    """The name as typed, known or not: the count must not tell which it is."""
    return [f"address:{origin.get().address}", f"name:{name.lower()}"]


def by_owner(user: User) -> list[str]:
    """Somebody signed in who is asked for the password again."""
    return [f"owner:{user.id}"]


def counters(keys: Sequence[str]) -> list[SignInDelay]:
    """The counters of these keys, locked, always in the same order."""
    return [locked(key) or started(key) for key in keys]


def locked(key: str) -> SignInDelay | None:
    counter = select(SignInDelay).filter_by(key=key).with_for_update()
    return db.session.scalar(counter.execution_options(populate_existing=True))


def started(key: str) -> SignInDelay:
    counter = SignInDelay(key=key, failures=0, failed_at=now(), is_noted=False)
    try:
        with db.session.begin_nested():
            db.session.add(counter)
    except IntegrityError:  # another request began to count at this very moment
        return locked(key) or counter
    return counter


def wait_of(counted: Sequence[SignInDelay]) -> datetime | None:
    ends = [each.until for each in counted if each.until and each.is_waiting]
    return max(ends, default=None)


def forgive(keys: Sequence[str]) -> None:
    """The password was right: a name starts anew, an address loses this one try."""
    for counter in counters(keys):
        if counter.key.startswith("address:"):
            counter.take_back()
        else:
            db.session.delete(counter)
    db.session.execute(delete(SignInDelay).where(SignInDelay.failed_at < now() - KEPT))
