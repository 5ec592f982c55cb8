"""Moments as ids: a row's id tells when it was made, and its index knows the ids."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

SLACK = timedelta(hours=1)
"""How long before its call a row may have been made, and how far clocks may differ."""


def first_id(moment: datetime) -> UUID:
    """No row that was made from then on has a lower one."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def midnight(moment: datetime) -> datetime:
    """The last one, in UTC."""
    day = moment.astimezone(UTC)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)
