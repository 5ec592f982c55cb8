"""The one clock."""

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session


def now() -> datetime:
    return datetime.now(UTC)


def database_now(session: Session) -> datetime:
    """The moment by which votes and leases are judged, the same for every process.

    PostgreSQL's own clock; SQLite lives on one machine and has no other than ours.
    """
    if session.get_bind().dialect.name == "postgresql":
        moment: datetime = session.execute(
            sa.select(sa.func.clock_timestamp())
        ).scalar_one()
        return moment.astimezone(UTC)
    return now()
