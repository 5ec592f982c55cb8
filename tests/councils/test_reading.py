"""What a rule means for the people who sit there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.councils.reading import NO_MEMBER, NOT_ALL_MEMBERS, read, unmet
from dashboard.workflows.rules import PRESETS, Base, Counts, Quorum, Rule, Threshold
from dashboard.workflows.voting import (
    Ballot,
    Choice,
    Seat,
    passes,
    satisfiable,
)


def seats(number, role="member", **over):
    return [Seat(n, 1, frozenset({role}), **over) for n in range(number)]


def with_security(number):
    return [*seats(number - 1), Seat("s", 1, frozenset({"security"}))]


@pytest.mark.parametrize(
    ("rule", "people", "sentence"),
    [
        (
            Rule(threshold=Threshold(num=2, den=3), required_roles={"security": 1}),
            with_security(7),
            "Passes when two thirds of the votes cast approve, at least 4 of 7 vote, "
            "and at least one approval is from security, within 3 days.",
        ),
        (
            PRESETS["absolute_majority"].rule,
            seats(6),
            "Passes when at least 4 of 6 approve, within 3 days.",
        ),
        (
            PRESETS["everyone"].rule,
            seats(3),
            "Passes when all 3 approve, within 3 days.",
        ),
        (
            PRESETS["any_two"].rule,
            seats(4),
            "Passes as soon as at least two people approve, within 3 days.",
        ),
        (
            Rule(
                quorum=Quorum(num=1, den=2, strict=True, counts=Counts.APPROVE_ABSTAIN)
            ),
            seats(4),
            "Passes when more than half of the votes cast approve and at least 3 of 4 "
            "approve or abstain, within 3 days.",
        ),
        (
            Rule(),
            [Seat(1, 3), Seat(2, 1), Seat(3, 1)],
            "Passes when more than half of the votes cast approve and votes worth at "
            "least 3 of 5 come in, within 3 days.",
        ),
        (
            Rule(quorum=Quorum(num=1, den=1)),
            seats(1),
            "Passes when more than half of the votes cast approve and the only member "
            "votes, within 3 days.",
        ),
        (
            Rule(),
            [],
            "Passes when more than half of the votes cast approve and at least half of "
            "the council votes, within 3 days.",
        ),
    ],
)
def test_a_rule_is_one_sentence_with_the_numbers_of_these_people(
    rule, people, sentence
):
    reading = read(rule, people)

    assert (reading.valid, reading.sentence) == (True, sentence)


def test_the_numbers_say_the_least_that_is_needed():
    reading = read(Rule(threshold=Threshold(num=2, den=3)), with_security(7))

    assert reading.numbers == {
        "Voters": "Seven people",
        "Quorum": "4 of 7",
        "If everybody votes": "5 of 7 approve, at least",
        "If only the fewest vote": "3 of 4 approve, at least",
    }
    weighted = read(Rule(), [Seat(1, 3, can_veto=True), Seat(2, 2)]).numbers
    assert weighted["Voters"] == "Two people, with a weight of 5 together"
    assert weighted["If everybody votes"] == "Approvals worth 3 of 5, at least"
    assert weighted["Can be vetoed by"] == "One person"


def test_what_cannot_be_met_is_named():
    rule = Rule(min_approvals=3, required_roles={"security": 2, "law": 1})

    reading = read(rule, with_security(2))

    assert not reading.valid
    assert reading.errors == {
        "min_approvals": "It asks for three people to approve, and two can vote here.",
        "required_roles": (
            "It asks for two approvals from security, and one person here has that "
            "role. It asks for one approval from law, and no people here have that "
            "role."
        ),
    }


def test_what_members_could_not_propose_is_said_beforehand():
    assert NO_MEMBER in read(PRESETS["any_two"].rule, seats(2)).notes
    role = Rule(required_roles={"security": 1})
    assert NOT_ALL_MEMBERS in read(role, with_security(4)).notes
    assert len(read(Rule(), seats(4)).notes) == 1
    assert not read(Rule(exclude=()), seats(1)).notes


SHARES = st.tuples(st.integers(1, 4), st.integers(1, 4), st.booleans()).filter(
    lambda share: share[0] < share[1] or (share[0] == share[1] and not share[2])
)
RULES = st.builds(
    lambda share, base, quorum, counts, least, roles: Rule(
        threshold=share
        and Threshold(num=share[0], den=share[1], strict=share[2], base=base),
        quorum=Quorum(num=quorum[0], den=quorum[1], strict=quorum[2], counts=counts),
        min_approvals=least,
        required_roles=roles,
    ),
    st.none() | SHARES,
    st.sampled_from(Base),
    SHARES,
    st.sampled_from(Counts),
    st.integers(1, 5),
    st.dictionaries(st.sampled_from("ab"), st.integers(1, 3), max_size=2),
)
PEOPLE = st.lists(st.sampled_from("abc"), min_size=1, max_size=6)


@given(RULES, PEOPLE)
def test_a_rule_is_refused_exactly_when_nothing_could_pass(rule, roles):
    people = [Seat(n, 1, frozenset({role})) for n, role in enumerate(roles)]

    assert bool(unmet(rule, people)) != satisfiable(rule, people)


@given(RULES, PEOPLE)
def test_the_approvals_said_are_enough_and_one_less_is_not(rule, roles):
    """Where no role is asked for, whoever they are."""
    rule = rule.model_copy(update={"required_roles": {}})
    people = [Seat(n, 1) for n in range(len(roles))]
    if unmet(rule, people):
        return
    said = int(read(rule, people).numbers["If everybody votes"].split()[0])

    def outcome(approving):
        choices = [Choice.APPROVE] * approving + [Choice.REJECT] * len(people)
        ballots = [Ballot(n, choices[n]) for n in range(len(people))]
        return passes(rule, people, ballots)

    assert outcome(said)
    assert not outcome(said - 1)
