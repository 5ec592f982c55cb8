"""Electorates, votes and rules to try the engine with."""

from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st

from dashboard.workflows.rules import Quorum, Rule, Threshold
from dashboard.workflows.voting import Ballot, Choice, Seat, early

YES, NO, ABSTAIN, VETO = Choice
OPENED = datetime(2025, 3, 1, 9, tzinfo=UTC)

steady = settings(derandomize=True, deadline=None, max_examples=150)


def people(*weights, roles=(), veto=()):
    return [
        Seat(
            number,
            weight,
            roles=frozenset({"security"} if number in roles else ()),
            can_veto=number in veto,
        )
        for number, weight in enumerate(weights)
    ]


def votes(*choices):
    """Of the first, the second, and so on; None for one who has not voted."""
    return [Ballot(number, choice) for number, choice in enumerate(choices) if choice]


def early_now(rule, seats, ballots, after=0):
    now = OPENED + timedelta(seconds=after)
    return early(rule, seats, ballots, opened_at=OPENED, now=now)


@st.composite
def thresholds(draw):
    den = draw(st.integers(1, 5))
    num = draw(st.integers(1, den))
    strict = draw(st.booleans()) and num < den
    base = draw(st.sampled_from(["cast", "present", "eligible"]))
    return Threshold(num=num, den=den, strict=strict, base=base)


@st.composite
def quorums(draw):
    den = draw(st.integers(1, 5))
    num = draw(st.integers(0, den))
    strict = draw(st.booleans()) and num < den
    counts = draw(st.sampled_from(["all", "approve_abstain"]))
    return Quorum(num=num, den=den, strict=strict, counts=counts)


@st.composite
def rules(draw, **fixed):
    return Rule(
        threshold=draw(st.none() | thresholds()),
        quorum=draw(quorums()),
        min_approvals=draw(st.integers(1, 3)),
        required_roles=draw(st.sampled_from([{}, {}, {"security": 1}])),
        **fixed,
    )


@st.composite
def rounds(draw, most=6):
    """An electorate in which some have voted and some are gone."""
    seats, ballots = [], []
    for number in range(draw(st.integers(1, most))):
        seat = Seat(
            number,
            weight=draw(st.integers(1, 4)),
            roles=draw(st.sampled_from([frozenset(), frozenset({"security"})])),
            can_veto=draw(st.integers(0, 5)) == 5,
            gone=draw(st.integers(0, 5)) == 5,
        )
        allowed = list(Choice) if seat.can_veto else [YES, NO, ABSTAIN]
        choice = draw(st.none() | st.sampled_from(allowed))
        seats.append(seat)
        if choice:
            ballots.append(Ballot(number, choice))
    return seats, ballots
