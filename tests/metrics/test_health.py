"""The arithmetic of a council's health."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from dashboard.metrics.health import (
    Health,
    Seated,
    Taken,
    members_of,
    middle,
    ninetieth,
    percent,
    spans_of,
)

AT = datetime(2026, 3, 31, 12, tzinfo=UTC)
OLGA = uuid4()


def taken(outcome="approved", approve=2, reject=0, **over):
    fields = {
        "outcome": outcome,
        "decided_at": AT,
        "first_vote_seconds": 60.0,
        "decision_seconds": 3600.0,
        "eligible_weight": 4,
        "voted_weight": approve + reject,
        "approve_weight": approve,
        "reject_weight": reject,
        "early": False,
        "extended_seconds": 0.0,
    }
    return Taken(**fields | over)


def health(*rounds):
    return Health(90, rounds, 0, spans_of(rounds, 90, AT), [], is_capped=False)


def seated(choice="approve", outcome="approved", minutes=10, **over):
    cast_at = AT + timedelta(minutes=minutes) if choice else None
    fields = {
        "user_id": OLGA,
        "name": "Olga",
        "gone": False,
        "outcome": outcome,
        "opened_at": AT,
        "first_cast_at": cast_at,
        "choice": choice,
    }
    return Seated(**fields | over)


def test_turnout_is_of_all_the_weight_that_was_asked():
    found = health(taken(approve=1, eligible_weight=1), taken(approve=1, reject=0))

    assert found.turnout == 40


@pytest.mark.parametrize(
    ("sides", "share"), [((4, 0), 0), ((3, 1), 25), ((1, 3), 25), ((2, 2), 50)]
)
def test_disagreement_is_the_share_of_the_smaller_side(sides, share):
    assert health(taken(approve=sides[0], reject=sides[1])).disagreement == share


def test_disagreement_is_the_mean_of_the_rounds_with_two_sides_to_take():
    nobody = taken("lapsed", approve=0)
    found = health(taken(approve=2, reject=2), taken(approve=4), nobody)

    assert (found.disagreement, found.unanimous_share, found.close_share) == (
        25,
        50,
        50,
    )


def test_shares_of_early_extended_and_lapsed_rounds():
    found = health(
        taken(early=True),
        taken(extended_seconds=60.0),
        taken("lapsed", approve=0),
        taken("rejected", approve=0, reject=2),
    )

    assert (found.early_share, found.extended_share, found.lapsed_share) == (25, 25, 25)
    assert (found.approved, found.rejected, found.lapsed) == (2, 1, 1)


def test_a_round_without_votes_has_no_first_vote_to_measure():
    found = health(taken(first_vote_seconds=None), taken(first_vote_seconds=9.0))

    assert found.first_vote_seconds == 9


def test_half_and_nine_tenths_of_the_times():
    hours = [float(n) for n in range(1, 11)]

    assert (middle(hours), ninetieth(hours)) == (5.5, 9)
    assert (middle([3.0]), ninetieth([3.0])) == (3, 3)
    assert (middle([]), ninetieth([None])) == (None, None)


@pytest.mark.parametrize(
    ("part", "whole", "share"), [(1, 3, 33), (2, 3, 67), (1, 2, 50), (0, 0, None)]
)
def test_a_share_is_rounded_to_the_nearest_per_cent(part, whole, share):
    assert percent(part, whole) == share


@pytest.mark.parametrize(("days", "number"), [(30, 15), (90, 13), (365, 14)])
def test_each_period_is_cut_into_equal_spans_oldest_first(days, number):
    found = spans_of([], days, AT)

    assert len(found) == number
    assert found == sorted(found, key=lambda span: span.begins)
    lengths = {
        (b.begins - a.begins).days for a, b in zip(found, found[1:], strict=False)
    }
    assert lengths == {{30: 2, 90: 7, 365: 28}[days]}


def test_a_round_stands_in_the_span_in_which_it_was_decided():
    old, new = taken(decided_at=AT - timedelta(days=89)), taken()

    spans = spans_of([new, old], 90, AT)

    assert spans[0].taken == [old]
    assert spans[-1].taken == [new]
    assert (spans[1].turnout, spans[1].decision_seconds) == (None, None)


def test_a_decision_of_this_very_moment_is_in_the_last_span():
    ahead = taken(decided_at=AT + timedelta(seconds=1))

    assert spans_of([ahead], 30, AT)[-1].taken == [ahead]


def test_how_one_person_took_part():
    (member,) = members_of(
        [seated(minutes=10), seated(minutes=30), seated(choice=None)]
    )

    assert (member.name, member.asked, member.voted, member.share) == ("Olga", 3, 2, 67)
    assert member.median_seconds == 1200


@pytest.mark.parametrize(
    ("choice", "outcome", "lost"),
    [
        ("approve", "rejected", 1),
        ("reject", "approved", 1),
        ("veto", "approved", 1),
        ("approve", "approved", 0),
        ("reject", "rejected", 0),
        ("veto", "rejected", 0),
        ("abstain", "rejected", 0),
        ("approve", "lapsed", 0),
        (None, "approved", 0),
    ],
)
def test_outvoted_is_who_was_on_the_losing_side(choice, outcome, lost):
    (member,) = members_of([seated(choice, outcome)])

    assert member.outvoted == lost


def test_who_left_before_voting_was_not_silent():
    left = seated(choice=None, gone=True)

    assert members_of([left]) == []
    assert members_of([left, seated(gone=True)])[0].asked == 1
