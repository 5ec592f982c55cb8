"""What runs by the clock in the demo, and what became of each time."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.runs.models import RunStatus
from dashboard.schedules.approval import Standing, standing_of
from dashboard.schedules.deciding import Overlap, SlotStatus
from dashboard.schedules.jobs import fire_due
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.users.models import account
from dashboard.workflows.models import Status, Workflow

pytestmark = pytest.mark.usefixtures("told")


def schedule(name):
    return db.session.scalars(select(Schedule).where(Schedule.name == name)).one()


def slots(name):
    wanted = select(ScheduleSlot).where(ScheduleSlot.schedule_id == schedule(name).id)
    return db.session.scalars(wanted.order_by(ScheduleSlot.due_at)).all()


def test_every_morning_a_bot_ran_at_seven_in_madrid():
    daily, found = schedule("Shift plan of the day"), slots("Shift plan of the day")

    assert (daily.cron, daily.timezone) == ("0 7 * * *", "Europe/Madrid")
    assert 4 <= len(found) <= 5
    assert {slot.status for slot in found} == {SlotStatus.FIRED}
    assert {slot.run.status for slot in found} == {RunStatus.COMPLETED}
    assert all(
        slot.run.started_at - slot.due_at < timedelta(minutes=1) for slot in found
    )


def test_every_quarter_of_an_hour_one_ran_but_for_an_overlap_and_a_miss():
    often, found = schedule("Enough people?"), slots("Enough people?")
    became = [slot.status for slot in found]

    assert often.overlap is Overlap.SKIP
    assert became.count(SlotStatus.OVERLAPPED) == became.count(SlotStatus.MISSED) == 1
    assert became.count(SlotStatus.FIRED) == len(found) - 2 >= 9
    before = found[became.index(SlotStatus.OVERLAPPED) - 1]
    assert before.run.ended_at > before.due_at + timedelta(minutes=15)


def test_one_is_switched_off_after_it_ran():
    weekly = schedule("Weekend shifts")

    assert (weekly.is_on, weekly.next_at) == (False, None)
    assert slots("Weekend shifts")


def test_one_was_refused_until_a_council_approved_it():
    approved, found = schedule("Quality sample"), slots("Quality sample")
    became = [slot.status for slot in found]
    workflow = db.session.get(Workflow, approved.approval_id)

    assert standing_of(approved, now()) is Standing.GIVEN
    assert workflow.status is Status.COMPLETED
    assert became[0] is SlotStatus.REFUSED
    assert SlotStatus.FIRED in became[1:]
    assert became == sorted(became, key=lambda status: status is SlotStatus.FIRED)


def test_one_has_no_approval_and_says_so_at_each_of_its_times(app):
    missing, found = schedule("Refunds of the day"), slots("Refunds of the day")
    page = app.test_client().as_(account("tomas")).get(f"/schedules/{missing.id}")

    assert {slot.status for slot in found} == {SlotStatus.REFUSED}
    assert {slot.run_id for slot in found} == {None}
    assert "no council has approved this schedule" in page.text


def test_no_schedule_is_left_to_run_more_often_than_every_quarter_of_an_hour():
    told_until = db.session.scalar(select(func.max(AuditEntry.at)))
    for each in db.session.scalars(select(Schedule).where(Schedule.is_on)):
        assert each.next_at > told_until - timedelta(minutes=1)
        assert each.cron.split()[0] in {"0", "30", "*/15"}


def test_a_worker_finds_nothing_that_the_tale_left_undone():
    before = len(db.session.scalars(select(ScheduleSlot)).all())
    due = select(Schedule.id).where(Schedule.is_on, Schedule.next_at <= now())
    left = len(db.session.scalars(due).all())

    fire_due()

    assert len(db.session.scalars(select(ScheduleSlot)).all()) == before + left
