"""Schedules for the tests, a clock to set, and what became of their times."""

from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select

from dashboard import clock
from dashboard.bots.models import RunPolicy
from dashboard.extensions import db
from dashboard.runs.models import Run
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.schedules.timing import first_after
from tests.factories import make_bot, make_council, make_type, number, stored

FREE = {"type": "object", "properties": {"day": {"type": "string"}}}


def make_schedule(owner, bot=None, cron="0 7 * * *", **over):
    """Switched on; unless a bot is given, one that its owner runs without a vote."""
    bot = bot or make_bot(owner, run_policy=RunPolicy.OWNER)
    fields = {"name": f"Schedule {next(number)}", "timezone": "UTC"} | over
    fields.setdefault("next_at", first_after(cron, fields["timezone"], clock.now()))
    return stored(Schedule(bot_id=bot.id, owner_id=owner.id, cron=cron, **fields))


def make_voted(owner, **over):
    """A schedule of a bot that needs a vote, and the type by which it is asked for."""
    bot = make_bot(owner)
    type_ = make_type(make_council(owner), bot, schema=over.pop("schema", FREE))
    return make_schedule(owner, bot, **over), type_


@contextmanager
def at(moment):
    """Live at this moment, by the clock of both databases."""
    set_clock(moment)
    try:
        yield
    finally:
        clock.set_ahead(timedelta(0))


def set_clock(moment):
    clock.set_ahead(timedelta(0))
    clock.set_ahead(moment - clock.now())


def slots(schedule):
    """Its times, oldest first, as (time, what became of it)."""
    db.session.rollback()
    wanted = select(ScheduleSlot).where(ScheduleSlot.schedule_id == schedule.id)
    found = db.session.scalars(wanted.order_by(ScheduleSlot.due_at)).all()
    return [(slot.due_at, slot.status.value) for slot in found]


def note_of(schedule):
    """What is said of its last time."""
    wanted = select(ScheduleSlot.note).where(ScheduleSlot.schedule_id == schedule.id)
    return db.session.scalar(wanted.order_by(ScheduleSlot.due_at.desc()).limit(1))


def runs_of(schedule):
    db.session.rollback()
    wanted = select(Run).where(Run.schedule_id == schedule.id)
    return db.session.scalars(wanted.order_by(Run.id)).all()


def counts(schedule):
    """How many times ended in which way."""
    found = [status for _, status in slots(schedule)]
    return {status: found.count(status) for status in sorted(set(found))}
