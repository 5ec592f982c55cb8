"""The score: the three parts, the levels, and what always holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.reputation.formula import (
    FORMULAS,
    FULL,
    LEVELS,
    Record,
    level_of,
    parts_of,
    score_of,
)

amounts = st.integers(0, 3_000_000)
records = st.builds(
    lambda actions, share, savings, adjustment: Record(
        actions, actions * share // 100, savings, adjustment
    ),
    st.integers(0, 5_000),
    st.integers(0, 100),
    amounts,
    st.integers(-FULL, FULL),
)


@pytest.mark.parametrize(
    ("record", "score"),
    [
        (Record(), 0),
        (Record(1, 1), 3_001),
        (Record(1, 0), 1),
        (Record(1_500, 1_500, 500_000), 10_000),
        (Record(3_000, 3_000, 2_000_000), 10_000),
        (Record(1_275, 1_147, 500_000), 9_399),
        (Record(1_200, 1_120, 500_000), 9_400),
        (Record(300, 246, 376_000), 6_620),
        (Record(0, 0, 250_000), 2_500),
        (Record(3, 2), 2_004),
    ],
)
def test_the_three_parts_weigh_five_three_and_two(record, score):
    assert score_of(record) == score


def test_half_a_point_counts_as_one():
    assert score_of(Record(savings=50)) == 1
    assert score_of(Record(savings=49)) == 0


def test_what_people_adjust_is_added_and_never_leaves_the_scale():
    assert score_of(Record(1, 1, adjustment=-1_000)) == 2_001
    assert score_of(Record(1, 1, adjustment=9_000)) == 10_000
    assert score_of(Record(1, 1, adjustment=-9_000)) == 0


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (10_000, "legendary"),
        (9_000, "legendary"),
        (8_999, "master"),
        (8_000, "master"),
        (7_999, "expert"),
        (7_000, "expert"),
        (6_999, "advanced"),
        (6_000, "advanced"),
        (5_999, "intermediate"),
        (4_000, "intermediate"),
        (3_999, "beginner"),
        (0, "beginner"),
    ],
)
def test_six_levels(score, level):
    assert level_of(score) == level
    assert len(LEVELS) == 6


def test_a_version_of_the_formula_stays_what_it_was():
    old = FORMULAS[1](Record(750, 600, 100_000))

    assert [(p.letter, float(p.value), float(p.weight)) for p in old] == [
        ("S", 0.2, 0.5),
        ("A", 0.8, 0.3),
        ("V", 0.5, 0.2),
    ]


@given(records)
def test_a_score_is_always_on_the_scale(record):
    assert 0 <= score_of(record) <= FULL


@given(records)
def test_every_part_is_a_share_and_the_weights_make_one(record):
    parts = parts_of(record)

    assert all(0 <= part.value <= 1 for part in parts)
    assert sum(part.weight for part in parts) == 1


@given(records, amounts)
def test_saving_more_never_lowers_a_score(record, more):
    assert score_of(record + Record(savings=more)) >= score_of(record)


@given(records)
def test_a_success_never_lowers_a_score(record):
    assert score_of(record + Record(1, 1)) >= score_of(record)


@given(records)
def test_a_failure_gains_no_more_than_its_share_of_volume(record):
    gained = score_of(record + Record(1, 0)) - score_of(record)

    assert gained <= 2  # 2,000 points for 1,500 actions, rounded


@given(records, records, records)
def test_records_add_up_in_any_order(one, two, three):
    assert (one + two) + three == three + (two + one)
