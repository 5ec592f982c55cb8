"""When a schedule is due: cron, time zones and words; no clock and no database."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

FIELDS = ("minute", "hour", "day of the month", "month", "day of the week")
SPELLED = {
    "Bad minute": "The minute (1st field) takes 0 to 59.",
    "Bad hour": "The hour (2nd field) takes 0 to 23.",
    "Bad day-of-month": "The day of the month (3rd field) takes 1 to 31, or L for the "
    "last, and has to occur in the months chosen.",
    "Bad month": "The month (4th field) takes 1 to 12, or JAN to DEC.",
    "Bad day-of-week": "The day of the week (5th field) takes 0 (Sunday) to 7, or SUN "
    "to SAT.",
}
"""What a field may hold, by cronsim's name for what is wrong with it."""
TIMES = re.compile(r"At ((?:\d\d:\d\d(?:, and |, | and )?)+) (.+)")
NO_PLACE = {"Factory", "localtime"}
"""Names in the database of zones that say nothing about where."""
SOME_DAY = datetime(2000, 1, 1, tzinfo=UTC)
NEXT = 3
"""How many of the times to come a page shows."""


class Unreadable(ValueError):
    """These times cannot be read; the text says what to write instead."""


@cache
def zone_names() -> tuple[str, ...]:
    """Every place with a time of its own, UTC first."""
    return ("UTC", *sorted(available_timezones() - NO_PLACE - {"UTC"}))


def zone_of(name: str) -> ZoneInfo:
    if name not in zone_names():
        raise Unreadable(
            "There is no such time zone. Write one such as Europe/Madrid, or UTC."
        )
    return ZoneInfo(name)


def checked_cron(cron: str) -> str:
    """The expression with single spaces, if it is one and ever comes true."""
    parts = cron.upper().split()
    if len(parts) != len(FIELDS):
        raise Unreadable(
            f"Write five fields, for {', '.join(FIELDS)}, with spaces between them; "
            f"there {'is' if len(parts) == 1 else 'are'} {len(parts)}."
        )
    expression = " ".join(parts)
    if next(series(expression, SOME_DAY), None) is None:
        raise Unreadable("That day never comes. Choose another one.")
    return expression


def series(cron: str, moment: datetime, *, back: bool = False) -> CronSim:
    """The times after a moment, or before it, by the clock on the wall there."""
    try:
        return CronSim(cron, moment, back)
    except CronSimError as error:
        raise Unreadable(SPELLED.get(str(error), f"{error}.")) from error


def in_words(cron: str, zone: str) -> str:
    """Such as "Every day at 07:00, Europe/Madrid"."""
    said = series(cron, SOME_DAY).explain()
    if found := TIMES.fullmatch(said):
        times, days = found.groups()
        said = f"{days[0].upper()}{days[1:]} at {times}"
    return f"{said}, {zone}"


def local(moment: datetime, zone: str) -> str:
    """As the clock on the wall there has it."""
    return f"{moment.astimezone(zone_of(zone)):%a %d %b %Y, %H:%M}"


def times_after(cron: str, zone: str, moment: datetime) -> Iterator[datetime]:
    """Every time after this moment, in UTC.

    A fixed time that the clock jumps over comes when the jump ends; one that the
    clock shows twice comes the first time. A star follows the hours that pass.
    """
    for found in series(cron, moment.astimezone(zone_of(zone))):
        time = found.astimezone(UTC)
        if time > moment:
            yield time
            moment = time


def upcoming(
    cron: str, zone: str, moment: datetime, count: int = NEXT
) -> list[datetime]:
    return list(islice(times_after(cron, zone, moment), count))


def times_from(cron: str, zone: str, first: datetime | None) -> list[datetime]:
    """The next times, of which the first one is known; none while there is none."""
    return [first, *upcoming(cron, zone, first, NEXT - 1)] if first else []


def first_after(cron: str, zone: str, moment: datetime) -> datetime | None:
    return next(times_after(cron, zone, moment), None)


def due_between(
    cron: str, zone: str, first: datetime, last: datetime, most: int
) -> list[datetime]:
    """The times from `first` to `last`, both included; of more than `most` the newest.

    It walks back from the end, so that a year of minutes costs no more than a day.
    """
    start = first
    end = (last + timedelta(seconds=1)).astimezone(zone_of(zone))
    for found in islice(series(cron, end, back=True), most):
        start = found.astimezone(UTC)
        if start <= first:
            break
    since = max(first, start) - timedelta(seconds=1)
    due = list(takewhile(lambda time: time <= last, times_after(cron, zone, since)))
    return due[-most:]
