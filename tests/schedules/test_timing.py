"""When a schedule is due: cron, zones, words, and the days on which clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.schedules.timing import (
    Unreadable,
    checked_cron,
    due_between,
    in_words,
    times_after,
    upcoming,
    zone_names,
    zone_of,
)

MADRID = "Europe/Madrid"


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("cron", "words"),
    [
        ("0 7 * * *", "Every day at 07:00, Europe/Madrid"),
        ("0 7 * * mon-fri", "On Monday through Friday at 07:00, Europe/Madrid"),
        ("30 6,18 * * *", "Every day at 06:30 and 18:30, Europe/Madrid"),
        ("0 0 L * *", "On the last day of every month at 00:00, Europe/Madrid"),
        ("*/5 * * * *", "Every fifth minute of every hour, Europe/Madrid"),
    ],
)
def test_times_are_said_in_words(cron, words):
    assert in_words(checked_cron(cron), MADRID) == words


@pytest.mark.parametrize(
    ("cron", "said"),
    [
        ("61 * * * *", "The minute (1st field)"),
        ("0 24 * * *", "The hour (2nd field)"),
        ("0 0 32 * *", "The day of the month (3rd field)"),
        ("0 0 * 13 *", "The month (4th field)"),
        ("0 0 * * 8", "The day of the week (5th field)"),
        ("0 0 30 2 *", "occur in the months chosen"),
        ("0 7 * *", "there are 4"),
        ("@daily", "there is 1"),
        ("0 0 7 * * *", "there are 6"),
        ("a b c d e", "The minute (1st field)"),
    ],
)
def test_what_is_no_time_is_refused_by_its_field(cron, said):
    with pytest.raises(Unreadable) as refused:
        checked_cron(cron)

    assert said in str(refused.value)


def test_an_expression_is_kept_in_one_spelling():
    assert checked_cron("  0   7 * *  mon ") == "0 7 * * MON"


def test_a_zone_is_a_place_that_is_known():
    assert zone_of(MADRID) == ZoneInfo(MADRID)
    assert zone_names()[0] == "UTC"
    for name in ("Europe/Nowhere", "", "localtime", "../etc/passwd"):
        with pytest.raises(Unreadable):
            zone_of(name)


def test_a_time_the_clock_jumps_over_comes_when_the_jump_ends():
    found = upcoming("30 2 * * *", MADRID, utc("2026-03-28T12:00"))

    assert found[:2] == [utc("2026-03-29T01:00"), utc("2026-03-30T00:30")]


def test_two_times_the_clock_jumps_over_come_once():
    found = upcoming("0,30 2 * * *", MADRID, utc("2026-03-28T12:00"), 2)

    assert found == [utc("2026-03-29T01:00"), utc("2026-03-30T00:00")]


def test_a_time_the_clock_shows_twice_comes_the_first_time():
    found = upcoming("30 2 * * *", MADRID, utc("2026-10-24T12:00"), 2)

    assert found == [utc("2026-10-25T00:30"), utc("2026-10-26T01:30")]


def test_between_the_two_showings_the_time_does_not_come_again():
    between = utc("2026-10-25T01:10")  # 02:10 for the second time

    assert upcoming("30 2 * * *", MADRID, between, 1) == [utc("2026-10-26T01:30")]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
def test_every_hour_follows_the_hours_that_pass(day, hours):
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(MADRID))
    end = start + timedelta(days=1)  # by the clock on the wall
    before = start.astimezone(UTC) - timedelta(seconds=1)

    found = list(takewhile(lambda t: t < end, times_after("0 * * * *", MADRID, before)))

    assert len(found) == hours
    assert {b - a for a, b in zip(found, found[1:], strict=False)} == {
        timedelta(hours=1)
    }


def test_of_many_times_the_newest_are_due():
    end = utc("2026-06-01T12:00")

    found = due_between("* * * * *", MADRID, utc("2016-06-01T12:00"), end, 100)

    assert found == [end - timedelta(minutes=n) for n in reversed(range(100))]


minutes = st.sampled_from(["*", "*/7", "0", "30", "15,45", "59"])
hours = st.sampled_from(["*", "*/3", "0", "2", "1-3", "0,2,23"])
days = st.sampled_from(["*", "*", "1", "L", "29"])
weekdays = st.sampled_from(["*", "*", "0", "SUN#5", "1-5"])
zones = st.sampled_from(
    [MADRID, "UTC", "Australia/Lord_Howe", "America/New_York", "Africa/Cairo"]
)
moments = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda minute: utc("2026-01-01") + timedelta(minutes=minute)
)
expressions = st.tuples(minutes, hours, days, st.just("*"), weekdays).map(" ".join)


@given(expressions, zones, moments)
@settings(max_examples=150, deadline=None)
def test_times_only_grow_and_each_is_the_first_after_the_one_before(cron, zone, moment):
    found = upcoming(cron, zone, moment, 5)

    assert found == sorted(set(found))
    assert found[0] > moment
    for before, after in zip(found, found[1:], strict=False):
        assert upcoming(cron, zone, before, 1) == [after]
    assert upcoming(cron, zone, found[0] - timedelta(seconds=1), 1) == found[:1]


@given(expressions, zones, moments, st.integers(1, 400), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_walking_back_finds_what_walking_on_does(cron, zone, moment, hours, most):
    first = upcoming(cron, zone, moment, 1)[0]
    last = first + timedelta(hours=hours, seconds=17)
    before = first - timedelta(seconds=1)

    on = list(takewhile(lambda t: t <= last, times_after(cron, zone, before)))

    assert due_between(cron, zone, first, last, most) == on[-most:]


@given(st.text("0123456789*/,-#LWMONTUE ", max_size=20))
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_is_refused_or_said_in_words(text):
    try:
        said = in_words(checked_cron(text), "UTC")
    except Unreadable as refused:
        said = str(refused)

    assert said.endswith((".", ", UTC"))
