"""Two weeks of bots that were run without a vote, busy by day and quiet by night."""

import csv
import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from dashboard.bots.models import Bot
from dashboard.demo.cast import People
from dashboard.demo.work import Bots, sample
from dashboard.runs.actions import start_bot
from dashboard.runs.engine import execute
from dashboard.runs.models import Trigger
from dashboard.users.models import User

DAYS = 14
HOURS = (2, 7, 8, 9, 9, 10, 11, 13, 14, 15, 15, 16, 17, 19)
"""When somebody starts something; an hour that stands twice is twice as likely."""
BUSY, QUIET = 6, 2
"""Starts on a working day, and at the weekend."""
LOG, EXPORT = "auth.log", "tickets.csv"
PAGES = ("account.md", "returns.md")
CATEGORIES = ("billing", "delivery", "delivery", "returns", "account", "product")


@dataclass(frozen=True)
class Errand:
    """One start of one bot."""

    moment: datetime
    person: User
    bot: Bot
    inputs: dict[str, Any]
    files: dict[str, bytes]
    trigger: Trigger


def errands(rng: Random, today: datetime, people: People, bots: Bots) -> list[Errand]:
    """Oldest first; what would lie in the future is left out."""
    midnight = today.replace(hour=0, minute=0, second=0, microsecond=0)
    found = []
    for days in range(DAYS, -1, -1):
        day = midnight - timedelta(days=days)
        for _ in range(BUSY if day.weekday() < 5 else QUIET):
            moment = day + timedelta(
                hours=rng.choice(HOURS), seconds=rng.randrange(3600)
            )
            found.append(errand(rng, moment, people, bots))
    found += mishaps(today, people, bots)
    begin = today - timedelta(days=DAYS) + timedelta(hours=1)
    end = today - timedelta(minutes=20)
    due = [each for each in found if begin < each.moment < end]
    return sorted(due, key=lambda each: each.moment)


def errand(rng: Random, moment: datetime, people: People, bots: Bots) -> Errand:
    by = Trigger.API if rng.random() < 0.4 else Trigger.PERSON
    if moment.hour < 7 or rng.random() < 0.2:
        inputs, log = {"threshold": rng.choice((10, 20, 50))}, {LOG: some_log(rng)}
        return Errand(moment, people.lena, bots.break_ins, inputs, log, by)
    if rng.random() < 0.25:
        return Errand(moment, people.jonas, bots.pages, {}, pages(), by)
    export = {EXPORT: tickets(rng, moment)}
    return Errand(moment, people.lena, bots.tickets, {}, export, by)


def mishaps(today: datetime, people: People, bots: Bots) -> list[Errand]:
    """What the later versions were written for, and one failure of today."""
    export, names = sample(EXPORT), {"names": True}
    unsorted = {EXPORT: export.replace(b",returns\n", b",\n")}
    late = {"export.csv": export}
    log = {LOG: sample(LOG)}
    by = Trigger.PERSON

    def ago(**delta: float) -> datetime:
        return today - timedelta(**delta)

    return [
        Errand(ago(days=12.8), people.lena, bots.tickets, {}, unsorted, by),
        Errand(ago(days=12.3), people.lena, bots.break_ins, names, log, by),
        Errand(ago(days=11.4), people.lena, bots.tickets, {}, unsorted, by),
        Errand(ago(days=9.3), people.lena, bots.tickets, {}, late, by),
        Errand(ago(hours=5), people.jonas, bots.pages, {"strict": True}, pages(), by),
    ]


def pages() -> dict[str, bytes]:
    return {name: sample(name) for name in PAGES}


def some_log(rng: Random) -> bytes:
    """A stretch of the sample log."""
    lines = sample(LOG).splitlines(keepends=True)
    length = rng.randint(60, len(lines))
    start = rng.randint(0, len(lines) - length)
    return b"".join(lines[start : start + length])


def tickets(rng: Random, moment: datetime) -> bytes:
    """An export of the tickets of a day."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["ticket", "opened", "category"])
    first = int(moment.timestamp()) // 600
    for number in range(rng.randint(20, 90)):
        opened = moment.replace(hour=rng.choice(HOURS), minute=rng.randrange(60))
        when = f"{opened:%Y-%m-%d %H:%M}"
        table.writerow([first + number, when, rng.choice(CATEGORIES)])
    return text.getvalue().encode()


def run(due: Errand) -> None:
    started = start_bot(due.person, due.bot, due.inputs, due.files, due.trigger)
    execute(started.id)
