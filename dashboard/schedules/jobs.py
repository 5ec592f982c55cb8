"""Start what is due: each time of a schedule is used once, by whichever worker."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.errors import Busy, DomainError
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Actor, Permission
from dashboard.runs.fence import writing
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.runs.placing import Order, place, refuse_flood
from dashboard.schedules.approval import version_to_run, why_not
from dashboard.schedules.deciding import (
    MOST_AT_ONCE,
    Decision,
    SlotStatus,
    decide,
    left_behind,
)
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.schedules.timing import Unreadable, due_between, first_after
from dashboard.workflows.models import Workflow

log = logging.getLogger(__name__)

MOST_SCHEDULES = 1000
"""Looked at in one go; the others come a few seconds later."""


class Left(Exception):
    """It is not as it was a moment ago: another worker has it, or somebody changed it.

    Nothing is written, and the next look decides anew.
    """


@dataclass(frozen=True)
class Plan:
    """What becomes of the times that are due, and the first one after them."""

    decisions: list[Decision]
    next_at: datetime | None

    @property
    def fires(self) -> bool:
        return any(each.status is SlotStatus.FIRED for each in self.decisions)


def fire_due() -> None:
    """Deal with every schedule that is due; what is wrong with one stops no other."""
    due = due_at(database_now(db.session())).order_by(Schedule.next_at)
    ids = db.session.scalars(due.with_only_columns(Schedule.id).limit(MOST_SCHEDULES))
    for schedule_id in ids.all():
        try:
            fire(schedule_id)
        except IntegrityError:
            log.info("Schedule %s was dealt with by another worker.", schedule_id)
        except Exception:
            log.exception("Schedule %s could not be dealt with.", schedule_id)
            db.session.rollback()


def fire(schedule_id: UUID) -> None:
    """One transaction for each run that starts, with the times before it."""
    for _ in range(MOST_AT_ONCE):
        schedule = db.session.scalar(loaded(schedule_id))
        if schedule is None or not deal_with(schedule):
            return


def deal_with(schedule: Schedule) -> bool:
    """Start its next run, or write down why there is none; True if it did so."""
    at = database_now(db.session())
    try:
        fires = plan_of(schedule, at).fires
    except Unreadable as error:
        return give_up(schedule.id, str(error))
    why = why_not(schedule, at) or why_full(schedule) if fires else ""
    if fires and not why:
        try:
            return start(schedule)
        except Left:
            return False
        except DomainError as error:
            why = str(error)
    return write_down(schedule.id, why)


def why_full(schedule: Schedule) -> str:
    """Asked before, so that each time refused is a line here and no audit entry."""
    try:
        refuse_flood(schedule.owner)
    except Busy as error:
        return str(error)
    return ""


def start(schedule: Schedule) -> bool:
    """The run, the time it is for and the next one: all of it, or nothing."""
    with audited(on_whose_word(schedule), Permission.BOT_RUN, schedule.bot) as entry:
        schedule = locked(schedule.id)
        at = database_now(db.session())
        plan = plan_of(schedule, at)
        changed = on_whose_word(schedule) is not entry.actor
        if changed or not plan.fires or why_not(schedule, at):
            raise Left
        order = Order(
            trigger=Trigger.SCHEDULE,
            inputs=schedule.inputs,
            version=version_to_run(schedule),
            schedule_id=schedule.id,
        )
        run = place(schedule.owner, schedule.bot, order)
        keep(schedule, plan, at, run=run)
        entry.about(
            run,
            bot=schedule.bot.name,
            version=run.steps[0].program.number,
            schedule=schedule.name,
            due_at=plan.decisions[-1].due_at,
            **approved_by(schedule),
        )
    return True


def write_down(schedule_id: UUID, why: str) -> bool:
    """The times at which nothing starts: missed, overlapped, or refused and why."""
    with writing():
        try:
            schedule = locked(schedule_id)
        except Left:
            return False
        at = database_now(db.session())
        plan = plan_of(schedule, at)
        if plan.fires and not why:
            return False
        keep(schedule, plan, at, why=why)
    return True


def give_up(schedule_id: UUID, why: str) -> bool:
    """Nobody can say when it is due: it waits until somebody corrects it."""
    with writing():
        try:
            schedule = locked(schedule_id)
        except Left:
            return False
        due_at = schedule.next_at
        if due_at and not known_since(schedule, due_at):
            at = database_now(db.session())
            decision = Decision(due_at, SlotStatus.REFUSED, why)
            db.session.add(slot_of(schedule, decision, at))
        schedule.next_at = None
    return False


def due_at(moment: datetime) -> Select[Schedule]:
    return select(Schedule).where(Schedule.is_on, Schedule.next_at <= moment)


def loaded(schedule_id: UUID) -> Select[Schedule]:
    """A schedule that is due, and all that decides whether it may run."""
    wanted = due_at(database_now(db.session())).where(Schedule.id == schedule_id)
    return wanted.options(
        joinedload(Schedule.bot),
        joinedload(Schedule.owner),
        joinedload(Schedule.approved_version),
    ).execution_options(populate_existing=True)


def locked(schedule_id: UUID) -> Schedule:
    """The same, in this worker's hands until the transaction ends."""
    wanted = loaded(schedule_id).with_for_update(skip_locked=True, of=Schedule)
    schedule = db.session.scalar(wanted)
    if schedule is None:
        raise Left
    return schedule


def plan_of(schedule: Schedule, at: datetime) -> Plan:
    """By its own times alone: a clock that jumps can neither skip nor repeat one."""
    first = schedule.next_at
    if first is None:
        return Plan([], None)
    cron, zone = schedule.cron, schedule.timezone
    due = due_between(cron, zone, first, at, MOST_AT_ONCE)
    known = known_since(schedule, first)
    left = [time for time in due if time not in known]
    decisions = decide(
        left, at, schedule.overlap, schedule.catch_up, busy=is_busy(schedule)
    )
    if len(decisions) < len(left):
        last = decisions[-1].due_at
    else:
        last = due[-1] if due else first
    if len(due) == MOST_AT_ONCE and first < due[0] and first not in known:
        decisions = [left_behind(first, due[0], schedule.catch_up), *decisions]
    return Plan(decisions, first_after(cron, zone, last))


def known_since(schedule: Schedule, first: datetime) -> set[datetime]:
    """Times that were dealt with before: the clock was set back, or the cron edited."""
    slots = select(ScheduleSlot.due_at).where(
        ScheduleSlot.schedule_id == schedule.id, ScheduleSlot.due_at >= first
    )
    return set(db.session.scalars(slots))


def is_busy(schedule: Schedule) -> bool:
    unfinished = select(Run.id).where(
        Run.schedule_id == schedule.id,
        Run.status.in_([RunStatus.QUEUED, RunStatus.RUNNING]),
    )
    return db.session.scalar(unfinished.limit(1)) is not None


def keep(
    schedule: Schedule,
    plan: Plan,
    at: datetime,
    *,
    run: Run | None = None,
    why: str = "",
) -> None:
    """Write each time down, with its run or why it has none, and move on."""
    for decision in plan.decisions:
        slot = slot_of(schedule, decision, at)
        if decision.status is SlotStatus.FIRED:
            slot.run = run
            if run is None:
                slot.status, slot.note = SlotStatus.REFUSED, why
        db.session.add(slot)
    schedule.next_at = plan.next_at


def slot_of(schedule: Schedule, decision: Decision, at: datetime) -> ScheduleSlot:
    return ScheduleSlot(
        schedule_id=schedule.id,
        due_at=decision.due_at,
        status=decision.status,
        note=decision.note[:300],
        at=at,
    )


def on_whose_word(schedule: Schedule) -> Actor:
    """The owner's right; without one, the approval's, which the system carries out."""
    return SYSTEM if schedule.needs_approval else schedule.owner


def approved_by(schedule: Schedule) -> dict[str, int]:
    if not schedule.needs_approval or schedule.approval_id is None:
        return {}
    number = select(Workflow.number).where(Workflow.id == schedule.approval_id)
    return {"approval": db.session.scalar(number) or 0}
