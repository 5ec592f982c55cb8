"""What holds for every rule and round, and every completion by force."""

from datetime import timedelta
from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.workflows.rules import PRESETS, LateExtension
from dashboard.workflows.voting import (
    Ballot,
    Choice,
    Decision,
    Reason,
    Result,
    Seat,
    can_still_fail,
    can_still_pass,
    decide,
    extended,
    least,
)
from tests.workflows.rounds import (
    ABSTAIN,
    NO,
    OPENED,
    VETO,
    YES,
    early_now,
    people,
    rounds,
    rules,
    steady,
    votes,
)


def completions(seats, ballots):
    """Every way the rest could vote, or not vote, until the round closes."""
    voted = {ballot.voter for ballot in ballots}
    rest = [seat for seat in seats if seat.voter not in voted and not seat.gone]
    ways = [
        [None, *(choice for choice in Choice if choice != VETO or seat.can_veto)]
        for seat in rest
    ]
    for way in product(*ways):
        chosen = zip(rest, way, strict=True)
        yield [
            *ballots,
            *(Ballot(seat.voter, choice) for seat, choice in chosen if choice),
        ]


def by_definition(rule, seats, ballots):
    """The specification once more, in fractions and in another shape."""
    of = {ballot.voter: ballot.choice for ballot in ballots}
    weight = {
        choice: sum(s.weight for s in seats if of.get(s.voter) == choice)
        for choice in Choice
    }
    approve, abstain = weight[YES], weight[ABSTAIN]
    cast = approve + weight[NO] + weight[VETO]
    everybody = sum(seat.weight for seat in seats)
    bases = {"cast": cast, "present": cast + abstain, "eligible": everybody}

    def reaches(share, have, whole):
        limit = Fraction(share.num, share.den) * whole
        return have > limit if share.strict else have >= limit

    behind = cast + abstain if rule.quorum.counts == "all" else approve + abstain
    approvers = [seat for seat in seats if of.get(seat.voter) == YES]
    if weight[VETO]:
        return Result.REJECTED
    if not of or not reaches(rule.quorum, cast + abstain, everybody):
        return Result.LAPSED
    ratio = rule.threshold is None or reaches(
        rule.threshold, approve, bases[rule.threshold.base]
    )
    passed = (
        approve > 0
        and ratio
        and reaches(rule.quorum, behind, everybody)
        and len(approvers) >= rule.min_approvals
        and all(
            sum(role in seat.roles for seat in approvers) >= n
            for role, n in rule.required_roles.items()
        )
    )
    return Result.APPROVED if passed else Result.REJECTED


@steady
@given(rules(), rounds())
def test_the_engine_agrees_with_the_definition(rule, round_):
    assert decide(rule, *round_).result == by_definition(rule, *round_)


@steady
@given(rules(), rounds(), st.randoms(use_true_random=False))
def test_the_order_of_votes_and_seats_changes_nothing(rule, round_, random: Random):
    seats, ballots = round_
    mixed = random.sample(seats, len(seats)), random.sample(ballots, len(ballots))

    assert decide(rule, *mixed) == decide(rule, seats, ballots)
    assert early_now(rule, *mixed) == early_now(rule, seats, ballots)


@steady
@given(rules(), rounds(), st.sampled_from([2, 3, 1000, 10**30]))
def test_weighing_everyone_alike_more_changes_nothing(rule, round_, times):
    seats, ballots = round_
    heavier = [
        Seat(s.voter, s.weight * times, s.roles, s.can_veto, s.gone) for s in seats
    ]

    assert decide(rule, heavier, ballots) == decide(rule, seats, ballots)
    assert early_now(rule, heavier, ballots) == early_now(rule, seats, ballots)


@steady
@given(rules(), rounds())
def test_one_more_approval_never_stops_a_proposal(rule, round_):
    seats, ballots = round_
    voted = {ballot.voter for ballot in ballots}
    before = decide(rule, seats, ballots).result

    for seat in seats:
        if seat.voter not in voted and before == Result.APPROVED:
            more = [*ballots, Ballot(seat.voter, YES)]
            assert decide(rule, seats, more).result == Result.APPROVED


def check_by_force(rule, seats, ballots):
    """Early exactly when every completion ends alike, and then the same way."""
    closes = {decide(rule, seats, way) for way in completions(seats, ballots)}
    ends = {close.result for close in closes}
    decision = early_now(rule, seats, ballots)

    assert can_still_pass(rule, seats, ballots) == (Result.APPROVED in ends)
    assert can_still_fail(rule, seats, ballots) == (ends != {Result.APPROVED})
    if ends == {Result.APPROVED}:
        assert decision == Decision(Result.APPROVED, Reason.PASSED, early=True)
    elif Result.APPROVED in ends:
        assert decision is None
    else:
        assert decision.early
        if decision.result == Result.LAPSED:
            vetoed = Decision(Result.REJECTED, Reason.VETOED)
            assert all(c.result == Result.LAPSED or c == vetoed for c in closes)
        assert decision.reason not in {Reason.TIE, Reason.NO_VOTES, Reason.PASSED}


@steady
@given(rules(), rounds(most=5))
def test_early_means_that_nothing_can_change_it(rule, round_):
    check_by_force(rule, *round_)


@pytest.mark.parametrize("key", ["simple_majority", "two_thirds", "absolute_majority"])
@pytest.mark.parametrize("cast", [(), (YES, YES), (YES, YES, YES), (NO, NO, NO, YES)])
def test_early_holds_for_every_completion_of_six(key, cast):
    check_by_force(PRESETS[key].rule, people(1, 1, 2, 1, 3, 1), votes(*cast))


@steady
@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 10**20), st.booleans())
def test_the_least_is_enough_and_one_fewer_is_not(num, den, of, strict):
    limit, found = Fraction(num, den) * of, least(num, den, of, strict)

    assert (found > limit) if strict else (found >= limit)
    assert (found - 1 <= limit) if strict else (found - 1 < limit)


@steady
@given(
    rules(
        voting_period=100,
        late_extension=LateExtension(seconds=70, trigger="flip"),
    ),
    rounds(),
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60)), max_size=12),
)
def test_a_deadline_never_comes_closer_nor_passes_twice_the_period(
    rule, round_, changes
):
    seats, before = round_
    original = closes = at = OPENED + timedelta(seconds=100)
    at = OPENED
    for voter, pause in changes:
        at = min(at + timedelta(seconds=pause), closes - timedelta(seconds=1))
        kept = [ballot for ballot in before if ballot.voter != voter]
        after = [*kept, Ballot(voter, YES if pause % 2 else NO)]
        moved = extended(
            rule,
            before,
            after,
            seats,
            at=at,
            closes_at=closes,
            original_closes_at=original,
            quorum_reached_before=False,
        )
        assert closes <= moved <= OPENED + timedelta(seconds=200)
        closes, before = moved, after
