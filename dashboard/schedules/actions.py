"""Make, change, switch and archive schedules; run one now; take an approval back."""

from dashboard.audit import audited
from dashboard.bots.models import Bot
from dashboard.clock import database_now
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Permission
from dashboard.runs.models import Run, Trigger
from dashboard.runs.placing import Order, place
from dashboard.schedules.models import Schedule
from dashboard.schedules.schemas import ScheduleFacts, ScheduleIn
from dashboard.schedules.timing import first_after
from dashboard.users.models import User

JUDGED = ("cron", "timezone", "inputs", "overlap", "catch_up")
"""What decides what runs, and when."""


def create_schedule(actor: User, wanted: ScheduleIn) -> Schedule:
    with audited(actor, Permission.SCHEDULE_WRITE) as entry:
        bots = Bot.visible_to(actor).where(Bot.id == wanted.bot_id)
        bot = db.session.scalar(bots)
        if bot is None or bot.is_archived:
            raise Invalid({"bot_id": "Choose a bot that is not archived."})
        schedule = Schedule(bot=bot, owner=actor, name=wanted.name)
        fill(schedule, wanted)
        set_clock(schedule, on=wanted.is_on)
        db.session.add(schedule)
        entry.about(schedule, bot=bot.name)
    return schedule


def update_schedule(actor: User, schedule: Schedule, wanted: ScheduleFacts) -> Schedule:
    """Whoever changes what runs answers for it: from then on it runs in their name."""
    with audited(actor, Permission.SCHEDULE_WRITE, schedule):
        schedule.keep_unarchived()
        before = [getattr(schedule, name) for name in JUDGED]
        fill(schedule, wanted)
        if before != [getattr(schedule, name) for name in JUDGED]:
            schedule.owner = actor
        set_clock(schedule, on=wanted.is_on)
    return schedule


def switch(actor: User, schedule: Schedule, *, on: bool) -> Schedule:
    """Switched on again, it begins with its next time: what passed is not caught up."""
    with audited(actor, Permission.SCHEDULE_WRITE, schedule):
        schedule.keep_unarchived()
        if schedule.is_on is not on:
            set_clock(schedule, on=on)
    return schedule


def archive_schedule(actor: User, schedule: Schedule) -> Schedule:
    with audited(actor, Permission.SCHEDULE_WRITE, schedule):
        schedule.archive(database_now(db.session()))
    return schedule


def withdraw_approval(actor: User, schedule: Schedule) -> Schedule:
    with audited(actor, Permission.SCHEDULE_WRITE, schedule) as entry:
        schedule.withdraw_approval()
        entry.about(schedule, withdrawn="approval")
    return schedule


def run_now(actor: User, schedule: Schedule, trigger: Trigger) -> Run:
    """Its bot with its inputs, once, in the right of whoever asks."""
    with audited(actor, Permission.BOT_RUN, schedule.bot) as entry:
        schedule.keep_unarchived()
        order = Order(trigger=trigger, inputs=schedule.inputs, schedule_id=schedule.id)
        run = place(actor, schedule.bot, order)
        entry.about(run, bot=schedule.bot.name, schedule=schedule.name)
    return run


def fill(schedule: Schedule, wanted: ScheduleFacts) -> None:
    schedule.name = wanted.name
    for name in JUDGED:
        setattr(schedule, name, getattr(wanted, name))


def set_clock(schedule: Schedule, *, on: bool) -> None:
    moment = database_now(db.session())
    next_at = first_after(schedule.cron, schedule.timezone, moment)
    schedule.turn(on=on, next_at=next_at)
