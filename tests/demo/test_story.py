"""How a tale gets its times: the clock is set, and things happen in their order."""

from datetime import timedelta

import pytest

from dashboard.clock import database_now, now
from dashboard.demo.story import Story
from dashboard.extensions import db
from tests.factories import make_council, make_user

DAY, SOON = timedelta(days=1), timedelta(seconds=5)


def test_what_is_done_is_stored_with_the_time_of_the_tale(database):
    today, made = now(), []
    story = Story(today)

    story.at(today - 3 * DAY, lambda: made.append(make_council(make_user("Ada"))))
    story.at(today - DAY, lambda: (made[0].archive(), db.session.commit()))
    story.tell()

    [council] = made
    assert abs(council.created_at - (today - 3 * DAY)) < SOON
    assert abs(council.archived_at - (today - DAY)) < SOON


def test_acts_come_in_the_order_of_time_and_of_one_moment_as_they_were_said(database):
    today, done = now(), []
    story = Story(today)

    story.at(today - DAY, lambda: done.append("second"))
    story.at(today - DAY, lambda: done.append("third"))
    story.at(today - 2 * DAY, lambda: done.append("first"))
    story.tell()

    assert done == ["first", "second", "third"]


def test_an_act_may_lead_to_another(database):
    today, done = now(), []
    story = Story(today)

    def begin():
        story.at(now() + DAY, lambda: done.append(now()))

    story.at(today - 3 * DAY, begin)
    story.tell()

    assert abs(done[0] - (today - 2 * DAY)) < SOON


def test_what_follows_each_act_follows_it_at_its_time(database):
    today, done = now(), []
    story = Story(today)
    story.at(today - 2 * DAY, lambda: story.after_each(lambda: done.append(now())))
    story.at(today - DAY, lambda: done.append("act"))

    story.tell()

    first, act, second = done
    assert abs(first - (today - 2 * DAY)) < SOON
    assert (act, abs(second - (today - DAY)) < SOON) == ("act", True)


def test_what_lies_ahead_is_left_to_come(database):
    today, done = now(), []
    story = Story(today)

    story.at(today - DAY, lambda: done.append("past"))
    story.at(today + DAY, lambda: done.append("future"))
    story.tell()

    assert done == ["past"]


def test_time_never_goes_back_within_a_tale(database):
    today, seen = now(), []
    story = Story(today)
    moment = today - DAY

    story.at(moment, lambda: seen.append(now()))
    story.at(moment, lambda: seen.append(now()))
    story.tell()

    assert moment <= seen[0] < seen[1]


def test_the_database_lives_at_the_same_time(database):
    today, seen = now(), []
    story = Story(today)

    story.at(today - DAY, lambda: seen.append(database_now(db.session())))
    story.tell()

    assert abs(seen[0] - (today - DAY)) < SOON


def test_afterwards_it_is_today_whatever_happened(database):
    story = Story(now())

    def fail():
        raise RuntimeError("A tale of woe")

    story.at(now() - DAY, fail)
    with pytest.raises(RuntimeError, match="woe"):
        story.tell()

    moments = (now(), database_now(db.session()))
    assert abs(moments[0] - moments[1]) < SOON
    assert moments[0] > story.today


def test_a_tale_of_nothing_is_told_at_once(database):
    assert Story(now()).tell() is None
