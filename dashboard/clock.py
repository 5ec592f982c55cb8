"""The one clock."""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

_ahead = timedelta(0)


def now() -> datetime:
    return datetime.now(UTC) + _ahead


def set_ahead(by: timedelta) -> None:
    """Let this process live at another time: only who tells the past does that."""
    global _ahead  # noqa: PLW0603  # one process, one time
    _ahead = by


def database_now(session: Session) -> datetime:
    """The moment by which votes and leases are judged, the same for every process.

    PostgreSQL's own clock; SQLite lives on one machine and has no other than ours.
    """
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(
            sa.select(sa.func.clock_timestamp())
        ).scalar_one()
        return moment.astimezone(UTC) + _ahead
    return now()
