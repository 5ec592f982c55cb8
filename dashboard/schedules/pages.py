"""What the pages of schedules start from and show besides the record."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboard.clock import now
from dashboard.errors import Errors, Invalid
from dashboard.lists import paginate
from dashboard.permissions import Actor
from dashboard.schedules import reports
from dashboard.schedules.approval import SAID, Standing, standing_of
from dashboard.schedules.deciding import CatchUp, Overlap
from dashboard.schedules.forms import TimesForm
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.schedules.schemas import Times
from dashboard.schedules.timing import in_words, local, times_from, upcoming
from dashboard.schemas import PageQuery, checked

FRESH = {
    "timezone": "UTC",
    "inputs": {},
    "overlap": Overlap.SKIP,
    "catch_up": CatchUp.LAST,
    "is_on": True,
}
"""What a new schedule's form starts with."""


@dataclass(frozen=True)
class Meaning:
    """The times in words, and the next ones; or what is wrong with them."""

    words: str = ""
    timezone: str = "UTC"
    times: list[datetime] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def meaning_of(form: TimesForm) -> Meaning:
    """Of what is typed so far; nothing while nothing is."""
    cron, zone = form.cron.data, form.timezone.data
    if not cron:
        return Meaning()
    try:
        return meaning(checked(Times, {"cron": cron, "timezone": zone or "UTC"}))
    except Invalid as error:
        return Meaning(errors=error.errors)


def meaning(times: Times) -> Meaning:
    cron, zone = times.cron, times.timezone
    return Meaning(in_words(cron, zone), zone, upcoming(cron, zone, now()))


WORDS = {"words": in_words, "times": times_from, "local": local}
"""By which a template tells when a schedule runs."""


def about(actor: Actor, schedule: Schedule) -> dict[str, Any]:
    """A schedule, and where it stands with the council that approves it."""
    standing = standing_of(schedule, now())
    asked = standing is not Standing.UNNEEDED or schedule.is_approved
    proposals = reports.proposals_of(actor, schedule) if asked else []
    return {
        "schedule": schedule,
        "standing": standing,
        "why": SAID.get(standing, ""),
        "approved_by": [p for p in proposals if p.id == schedule.approval_id],
        "proposals": [p for p in proposals if p.id != schedule.approval_id],
        **WORDS,
    }


def shown(actor: Actor, schedule: Schedule, query: PageQuery) -> dict[str, Any]:
    rows = reports.slots_of(actor, schedule)
    page = paginate(rows, ScheduleSlot.due_at, after=query.after, limit=query.limit)
    return {"page": page, **about(actor, schedule)}


def after_saving(schedule: Schedule) -> str:
    if why := SAID.get(standing_of(schedule, now())):
        return f"The schedule is saved. {why}"
    return "The schedule is saved." if schedule.is_on else "Saved, and switched off."
