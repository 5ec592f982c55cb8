"""The small pieces that pages repeat: what they say, and that they escape it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from dashboard import pieces
from dashboard.clock import now


@pytest.mark.parametrize(
    ("lies_ahead", "words"),
    [
        (timedelta(), "now"),
        (timedelta(seconds=-1), "1 second ago"),
        (timedelta(minutes=-5), "5 minutes ago"),
        (timedelta(hours=-3, minutes=-59), "3 hours ago"),
        (timedelta(days=-29), "29 days ago"),
        (timedelta(days=-70), "2 months ago"),
        (timedelta(days=-400), "1 year ago"),
        (timedelta(hours=3, seconds=1), "in 3 hours"),
    ],
)
def test_a_moment_is_as_far_away_as_people_say(lies_ahead, words):
    moment = now() + lies_ahead

    assert pieces.ago(moment) == words


def test_a_moment_is_told_to_the_minute_in_utc():
    berlin = timezone(timedelta(hours=1))

    assert pieces.when(datetime(2026, 3, 1, 0, 5, tzinfo=berlin)) == (
        "28 Feb 2026, 23:05 UTC"
    )
    assert pieces.when(datetime(2026, 12, 9, 14, 30, tzinfo=UTC)) == (
        "09 Dec 2026, 14:30 UTC"
    )


def test_what_never_was_is_never():
    assert pieces.ago(None) == pieces.time_ago(None) == "never"


def test_pieces_escape_what_people_wrote():
    assert "<b>" not in pieces.badge("<b>")
    assert "<b>" not in pieces.status("<b>")
    assert "<b>" not in pieces.avatar("<b> <i>")
    assert "<b>" not in pieces.options([("<b>", "<b>"), ("1", "One")])


def test_the_chosen_option_is_marked_whatever_its_type():
    assert pieces.options([(1, "One"), (2, "Two")], "2") == (
        '<option value="1">One</option><option value="2" selected>Two</option>'
    )


@pytest.mark.parametrize(
    ("value", "tone", "label"),
    [
        ("open", "info", "Voting"),
        ("approved", "ok", "Approved"),
        ("blocked", "warn", "Blocked"),
        ("memory_limit", "bad", "Memory limit"),
        ("critical", "bad", "Critical risk"),
    ],
)
def test_a_status_is_a_word_a_colour_and_a_sign(value, tone, label):
    drawn = pieces.status(value)

    assert f'class="badge {tone}"' in drawn
    assert drawn.endswith(f"</svg>{label}</span>")


def test_an_unknown_status_is_still_readable():
    assert pieces.status("half_way") == '<span class="badge">Half way</span>'


def test_a_tally_says_in_words_what_it_draws():
    drawn = pieces.tally(4, 1, 0, 8, 5)

    assert 'aria-label="4 approve, 1 reject, 0 abstain, of 8; 5 needed"' in drawn
    assert '<rect class="y" x="0%" width="50%"/>' in drawn
    assert '<rect class="n" x="87.5%" width="12.5%"/>' in drawn
    assert 'class="a"' not in drawn
    assert '<rect class="tick" x="62.5%"/>' in drawn
    assert drawn.count('class="gap"') == 7


def test_a_name_has_the_same_colour_everywhere():
    first, again, other = (pieces.avatar(name) for name in ("Ada", "Ada", "Bob"))

    assert first == again
    assert first.split('"')[1] != other.split('"')[1]
    assert ">A</span>" in first
    assert ">AL</span>" in pieces.avatar("ada king lovelace")


def test_a_time_is_a_moment_for_machines_and_words_for_people():
    moment = now() - timedelta(minutes=5)

    drawn = pieces.time_ago(moment)

    assert f'datetime="{moment.isoformat(timespec="seconds")}"' in drawn
    assert drawn.endswith(">5 minutes ago</time>")
