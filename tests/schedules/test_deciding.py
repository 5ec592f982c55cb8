"""What becomes of the times that are due, by the two policies."""

from datetime import UTC, datetime, timedelta

import pytest

from dashboard.schedules.deciding import (
    BUSY,
    CatchUp,
    Overlap,
    SlotStatus,
    decide,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOURS = [NOON - timedelta(hours=n) for n in (2, 1, 0)]
SOON = NOON + timedelta(seconds=3)


def decided(catch_up, overlap=Overlap.QUEUE, now=SOON, due=HOURS, *, busy=False):
    found = decide(due, now, overlap, catch_up, busy=busy)
    return [each.status.value for each in found]


def test_what_nobody_was_there_for_is_skipped():
    assert decided(CatchUp.SKIP) == ["missed", "missed", "fired"]


@pytest.mark.parametrize(("late", "became"), [(60, "fired"), (61, "missed")])
def test_a_minute_late_is_still_in_time(late, became):
    now = NOON + timedelta(seconds=late)

    assert decided(CatchUp.SKIP, now=now, due=[NOON]) == [became]


def test_the_last_of_them_runs_however_late():
    now = NOON + timedelta(days=3)

    assert decided(CatchUp.LAST, now=now) == ["missed", "missed", "fired"]


def test_all_of_them_run_one_at_a_time():
    assert decided(CatchUp.ALL) == ["fired"]
    assert decided(CatchUp.ALL, busy=True) == ["fired"]


def test_none_runs_while_the_one_before_does_unless_they_queue():
    found = decide([NOON], SOON, Overlap.SKIP, CatchUp.LAST, busy=True)

    assert [(each.status, each.note) for each in found] == [
        (SlotStatus.OVERLAPPED, BUSY)
    ]
    assert decided(CatchUp.LAST, Overlap.QUEUE, due=[NOON], busy=True) == ["fired"]


def test_nothing_is_decided_while_nothing_is_due():
    assert decided(CatchUp.ALL, due=[]) == []
