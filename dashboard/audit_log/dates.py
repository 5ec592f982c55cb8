"""Days as places in the chain: its entries stand in the order of time, without gaps.

So a moment is found by halving, in some twenty looks among millions of entries, where
a comparison alone would have to read all that are newer.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import CTE, ColumnElement, select

from dashboard.audit import AuditEntry, AuditHead

Conditions = list[ColumnElement[bool]]

NEAR = timedelta(hours=2)
"""By so much a clock may have been wrong when it wrote an entry: an hour of summer
time at least. Entries of so long are read besides those that are meant.
"""


class Bound(NamedTuple):
    """Which moments are meant, and among which places they are found."""

    at: ColumnElement[bool]
    first: ColumnElement[int] | None = None
    behind: ColumnElement[int] | None = None

    @property
    def above(self) -> Conditions:
        return [] if self.first is None else [AuditEntry.seq >= self.first]

    @property
    def below(self) -> Conditions:
        return [] if self.behind is None else [AuditEntry.seq < self.behind]


def since(day: date) -> Bound:
    moment = datetime.combine(day, time(), UTC)
    place = halved(moment - NEAR, "since")
    first = select(sa.func.max(place.c.low)).scalar_subquery()
    return Bound(AuditEntry.at >= moment, first=first)


def until(day: date) -> Bound:
    """To the end of that day."""
    moment = datetime.combine(day, time.max, UTC)
    place = halved(moment + NEAR, "until")
    behind = select(sa.func.min(place.c.high)).scalar_subquery()
    return Bound(AuditEntry.at <= moment, behind=behind)


def halved(moment: datetime, name: str) -> CTE:
    """What is below `low` is older, what is not below `high` is not; they close in.

    Where somebody tore a hole in the chain they stop there, and nothing is left out.
    """
    low, end = sa.cast(1, sa.BigInteger).label("low"), (AuditHead.seq + 1).label("high")
    space = select(low, end).cte(name, recursive=True)
    middle = (space.c.low + space.c.high) // 2
    is_older = AuditEntry.at < moment
    return space.union_all(
        select(
            sa.case((is_older, middle + 1), else_=space.c.low),
            sa.case((is_older, space.c.high), else_=middle),
        )
        .join_from(space, AuditEntry, AuditEntry.seq == middle)
        .where(space.c.low < space.c.high)
    )
