"""The numbers and sentences beside a vote."""

import json
from datetime import UTC, datetime

import pytest

from dashboard.workflows.explain import explain, headline
from dashboard.workflows.rules import PRESETS, Quorum, Rule, Threshold
from dashboard.workflows.voting import Ballot, Choice, Seat, decide, passes

YES, NO, ABSTAIN, VETO = Choice
OPENED = datetime(2025, 3, 1, 9, tzinfo=UTC)


def explained(rule, choices, *, size=9, closed=False, **over):
    seats = [
        Seat(number, over.get("weight", 1), can_veto=True) for number in range(size)
    ]
    ballots = [Ballot(number, choice) for number, choice in enumerate(choices)]
    decision = decide(rule, seats, ballots) if closed else None
    return explain(
        rule, seats, ballots, opened_at=OPENED, now=OPENED, decision=decision
    )


def test_the_arithmetic_of_a_closed_round_is_all_there():
    rule = Rule(required_roles={"security": 1})
    choices = [YES] * 5 + [NO] * 2 + [ABSTAIN]

    assert explained(rule, choices, closed=True) == {
        "A": 5,
        "R": 2,
        "N": 1,
        "E": 9,
        "quorum": {"have": 8, "need": 5, "met": True},
        "threshold": {"have": 5, "of": 7, "need": 4, "met": True},
        "approvers": {"have": 5, "of": 9, "need": 1},
        "roles": {"security": {"have": 0, "need": 1}},
        "veto": [],
        "missing": ["1 approval from security"],
        "weighted": False,
        "certain": True,
        "can_still_pass": False,
        "can_still_fail": True,
        "verdict": "Rejected: missing 1 approval from security.",
    }


def test_an_open_round_says_what_is_still_needed():
    found = explained(Rule(), [YES, NO])

    assert found["missing"] == ["3 more votes for the quorum", "1 more approval"]
    assert found["can_still_pass"]
    assert found["can_still_fail"]
    assert not found["certain"]
    assert found["verdict"] == (
        "Voting is open: still missing 3 more votes for the quorum and 1 more approval."
    )


def test_an_open_round_that_would_pass_says_so():
    found = explained(Rule(), [YES] * 4 + [NO] * 2)

    assert found["missing"] == []
    assert found["verdict"] == "Voting is open: as it stands, this passes."


def test_an_outcome_that_is_certain_is_told_even_if_not_yet_decided():
    found = explained(Rule(early_decision="off"), [YES] * 9)

    assert found["certain"]
    assert not found["can_still_fail"]
    assert found["verdict"].startswith("Voting is open")


TWO_THIRDS = PRESETS["two_thirds"].rule
EVERYONE_SUPPORTS = Rule(quorum=Quorum(num=1, den=1, counts="approve_abstain"))


@pytest.mark.parametrize(
    ("rule", "choices", "sentence"),
    [
        (
            TWO_THIRDS,
            [YES] * 5 + [NO] * 2,
            "Approved: 5 of 7 approved and 5 were needed.",
        ),
        (
            TWO_THIRDS,
            [YES] * 4 + [NO] * 3,
            "Rejected: 4 of 7 approved and 5 were needed.",
        ),
        (
            PRESETS["any_two"].rule,
            [YES, YES, NO],
            "Approved: 2 of 9 people approved and 2 were needed.",
        ),
        (
            PRESETS["any_two"].rule,
            [YES],
            "Rejected: 1 of 9 people approved and 2 were needed.",
        ),
        (
            PRESETS["any_one_other"].rule,
            [NO],
            "Rejected: 0 of 9 people approved and 1 was needed.",
        ),
        (
            Rule(),
            [YES] * 3 + [NO] * 3,
            "Rejected: 3 approved, 3 rejected, and a tie changes nothing.",
        ),
        (Rule(), [YES] * 8 + [VETO], "Rejected: a veto stands."),
        (Rule(), [], "Lapsed: nobody voted."),
        (Rule(), [YES] * 3, "Lapsed: 3 of 9 voted and 5 were needed."),
        (
            EVERYONE_SUPPORTS,
            [YES] * 8 + [NO],
            "Rejected: 8 of 9 approved or abstained and 9 were needed.",
        ),
    ],
)
def test_a_closed_round_says_why_in_one_sentence(rule, choices, sentence):
    assert explained(rule, choices, closed=True)["verdict"] == sentence


def test_votes_that_already_decide_are_told_as_decided():
    found = explained(PRESETS["any_two"].rule, [YES, YES])

    assert found["verdict"].startswith("Approved: 2 of 9 people")
    assert not found["can_still_fail"]


def test_a_veto_is_named_as_what_is_missing():
    found = explained(Rule(min_open=60), [VETO])

    assert found["veto"] == ["0"]
    assert found["missing"][0] == "1 veto to be taken back"
    assert not found["can_still_pass"]


@pytest.mark.parametrize(
    ("rule", "choices", "line"),
    [
        (TWO_THIRDS, [YES] * 5 + [NO] * 2, "5 of 7, needs 5"),
        (PRESETS["absolute_majority"].rule, [YES] * 2, "2 of 9, needs 5"),
        (PRESETS["any_two"].rule, [YES], "1 of 9, needs 2"),
        (TWO_THIRDS, [ABSTAIN], "0 of 0, needs 1"),
        (TWO_THIRDS, [YES], "1 of 9, needs 5"),
        (TWO_THIRDS, [], "No votes"),
    ],
)
def test_the_headline_compares_what_is_with_what_is_needed(rule, choices, line):
    assert headline(explained(rule, choices)) == line


def test_the_headline_adds_weights_where_votes_weigh_more_and_people_in_counts():
    weighted = explained(TWO_THIRDS, [YES] * 4 + [NO], weight=10)
    counted = explained(PRESETS["any_two"].rule, [YES], weight=10)

    assert headline(weighted) == "40 of 50, needs 34"
    assert headline(counted) == "1 of 9, needs 2"


@pytest.mark.parametrize(
    "share",
    [
        Threshold(num=num, den=den, strict=strict, base=base)
        for num, den, strict in [
            (1, 2, True),
            (1, 2, False),
            (2, 3, False),
            (3, 4, True),
        ]
        for base in ("cast", "present", "eligible")
    ],
    ids=lambda share: f"{share.num}/{share.den} {share.strict} {share.base}",
)
@pytest.mark.parametrize("against", [[NO], [NO, NO, ABSTAIN], [YES, NO, NO], [ABSTAIN]])
def test_exactly_the_approvals_said_to_be_missing_make_it_pass(share, against):
    rule = Rule(threshold=share, quorum=Quorum(num=0, den=1))
    number = int(explained(rule, against, size=20)["missing"][0].split()[0])
    seats = [Seat(each, 1) for each in range(20)]

    def with_approvals(more):
        choices = against + [YES] * more
        return [Ballot(voter, choice) for voter, choice in enumerate(choices)]

    assert passes(rule, seats, with_approvals(number))
    assert not passes(rule, seats, with_approvals(number - 1))


def test_where_no_approval_can_help_the_others_must_change_their_mind():
    unanimity = PRESETS["unanimity"].rule
    everyone = Rule(threshold=Threshold(num=1, den=1, base="present"))

    assert explained(unanimity, [YES] * 8 + [NO])["missing"] == [
        "everybody who rejected to approve instead"
    ]
    assert explained(everyone, [YES] * 8 + [ABSTAIN])["missing"] == [
        "everybody who rejected or abstained to approve instead"
    ]
    assert explained(unanimity, [ABSTAIN] * 5)["missing"] == ["1 more approval"]


def test_people_are_missing_only_where_more_than_one_is_asked_for():
    assert explained(PRESETS["any_two"].rule, [])["missing"] == [
        "2 more people to approve"
    ]
    assert explained(Rule(min_approvals=3), [YES] * 2 + [ABSTAIN] * 3)["missing"] == [
        "1 more person to approve"
    ]


def test_a_quorum_of_support_asks_for_more_than_votes():
    rule = Rule(quorum=Quorum(num=1, den=2, counts="approve_abstain"))

    assert explained(rule, [YES] * 4 + [NO] * 3)["missing"] == [
        "1 more approval or abstention for the quorum"
    ]


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ([YES, YES], "Approved: by weight, 20 of 20 approved and 11 were needed."),
        ([YES, NO], "Rejected: by weight, 10 approved, 10 rejected, and a tie changes"),
        ([YES], "Lapsed: by weight, 10 of 30 voted and 15 were needed."),
    ],
)
def test_a_verdict_in_weight_is_not_taken_for_one_in_people(choices, told):
    found = explained(Rule(), choices, size=3, weight=10, closed=True)

    assert found["verdict"].startswith(told)


def test_what_is_missing_is_told_in_weight_where_votes_weigh_more():
    found = explained(Rule(), [NO], size=3, weight=10)

    assert found["missing"] == [
        "votes worth 5 more for the quorum",
        "approvals worth 11 more",
    ]


def test_an_explanation_can_be_stored():
    found = explained(Rule(), [YES, VETO])

    assert json.loads(json.dumps(found)) == found
