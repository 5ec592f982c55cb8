"""Old times of a schedule are forgotten, but for its last one."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.schedules.deciding import SlotStatus
from dashboard.schedules.forgetting import KEPT, prune_slots
from dashboard.schedules.models import ScheduleSlot
from tests.factories import stored
from tests.schedules.stage import make_schedule, slots

HOUR = timedelta(hours=1)


def fired(schedule, due_at):
    facts = {"schedule_id": schedule.id, "status": SlotStatus.FIRED}
    return stored(ScheduleSlot(due_at=due_at, at=due_at, **facts)).due_at


def test_old_times_go_and_the_last_of_each_schedule_stays(uma):
    often, yearly = make_schedule(uma), make_schedule(uma)
    long_ago = now() - KEPT - HOUR
    fired(often, long_ago - HOUR)
    fired(often, long_ago)
    kept = fired(often, long_ago + 2 * HOUR)
    fired(yearly, long_ago - 365 * 24 * HOUR)
    last = fired(yearly, long_ago)

    pruned = prune_slots()

    assert pruned == 3
    assert slots(often) == [(kept, "fired")]
    assert slots(yearly) == [(last, "fired")]
