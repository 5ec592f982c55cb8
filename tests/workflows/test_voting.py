"""The voting engine: how rounds end, get longer, and which votes are refused."""

from datetime import timedelta

import pytest

from dashboard.workflows.refusals import SENTENCES
from dashboard.workflows.rules import PRESETS, LateExtension, Quorum, Rule, Threshold
from dashboard.workflows.voting import (
    Ballot,
    Decision,
    Reason,
    Refusal,
    Result,
    Seat,
    can_still_pass,
    decide,
    extended,
    least,
    refusal,
    satisfiable,
    tally,
)
from tests.workflows.rounds import (
    ABSTAIN,
    NO,
    OPENED,
    VETO,
    YES,
    early_now,
    people,
    votes,
)

NO_QUORUM = Quorum(num=0, den=1)


SUPPORT = Rule(quorum=Quorum(num=1, den=2, counts="approve_abstain"))


@pytest.mark.parametrize(
    ("rule", "seats", "ballots", "result", "reason"),
    [
        (Rule(), people(1, 1, 1), votes(YES, YES, NO), "approved", "passed"),
        (Rule(), people(1, 1, 1), votes(), "lapsed", "no_votes"),
        (Rule(), people(1, 1, 1), votes(YES), "lapsed", "quorum_not_met"),
        (Rule(), people(1, 1), votes(YES), "approved", "passed"),
        (Rule(), people(1, 1, 1), votes(YES, NO), "rejected", "tie"),
        (Rule(), people(2, 1, 1), votes(YES, NO, NO), "rejected", "tie"),
        (
            Rule(),
            people(1, 1),
            votes(ABSTAIN, ABSTAIN),
            "rejected",
            "threshold_not_met",
        ),
        (Rule(), people(1, 1, 1), votes(YES, NO, NO), "rejected", "threshold_not_met"),
        (
            Rule(threshold=Threshold(num=2, den=4, strict=True)),
            people(1, 1),
            votes(YES, NO),
            "rejected",
            "tie",
        ),
        (
            Rule(threshold=Threshold(num=1, den=2, strict=True, base="present")),
            people(1, 1),
            votes(YES, NO),
            "rejected",
            "threshold_not_met",
        ),
        (
            Rule(threshold=Threshold(num=2, den=3, strict=True)),
            people(1, 1),
            votes(YES, NO),
            "rejected",
            "threshold_not_met",
        ),
        (
            Rule(threshold=Threshold(num=1, den=2)),
            people(1, 1),
            votes(YES, NO),
            "approved",
            "passed",
        ),
        (
            Rule(threshold=None, min_approvals=2),
            people(9, 1, 1),
            votes(YES, NO, NO),
            "rejected",
            "min_approvals_not_met",
        ),
        (
            Rule(required_roles={"security": 1}),
            people(1, 1, 1, roles=[2]),
            votes(YES, YES, ABSTAIN),
            "rejected",
            "role_missing",
        ),
        (
            SUPPORT,
            people(5, 2, 2, 2),
            votes(None, YES, NO, NO),
            "rejected",
            "threshold_not_met",
        ),
        (SUPPORT, people(3, 4, 2), votes(None, YES, NO), "rejected", "quorum_not_met"),
        (
            Rule(),
            people(1, 1, 1, veto=[2]),
            votes(YES, YES, VETO),
            "rejected",
            "vetoed",
        ),
        (Rule(), people(1, 1, 9, veto=[0]), votes(VETO), "rejected", "vetoed"),
    ],
)
def test_a_round_closes_as_the_table_says(rule, seats, ballots, result, reason):
    assert decide(rule, seats, ballots) == Decision(Result(result), Reason(reason))


@pytest.mark.parametrize(
    ("cast", "expected"),
    [
        ((YES, YES), None),
        ((YES, YES, YES), (Result.APPROVED, Reason.PASSED)),
        ((NO, NO), None),
        ((NO, NO, NO), (Result.REJECTED, Reason.THRESHOLD_NOT_MET)),
    ],
)
def test_a_round_of_five_ends_when_the_majority_is_certain(cast, expected):
    decision = early_now(Rule(), people(1, 1, 1, 1, 1), votes(*cast))

    assert decision == (expected and Decision(*expected, early=True))


def test_a_tie_before_the_deadline_is_called_a_missed_threshold():
    decision = early_now(Rule(), people(1, 1), votes(YES, NO))

    assert decision == Decision(Result.REJECTED, Reason.THRESHOLD_NOT_MET, early=True)


def test_a_round_nobody_can_vote_in_any_more_lapses_early():
    seats = [Seat("ada", 1, gone=True), Seat("bob", 1, gone=True)]

    assert early_now(Rule(), seats, []) == Decision(
        Result.LAPSED, Reason.QUORUM_NOT_MET, early=True
    )


def test_whoever_left_cannot_vote_but_still_counts_towards_the_quorum():
    seats = [Seat("ada", 1), Seat("bob", 1, gone=True), Seat("cy", 1, gone=True)]

    assert decide(Rule(), seats, [Ballot("ada", YES)]).result == Result.LAPSED
    assert not can_still_pass(Rule(), seats, [])


def test_the_vote_of_somebody_who_left_later_stands():
    seats = [Seat("ada", 1, gone=True), Seat("bob", 1)]

    assert decide(Rule(), seats, [Ballot("ada", YES)]).result == Result.APPROVED


def test_a_tally_adds_weights_and_counts_the_people_who_approve():
    seats = people(5, 3, 2, 4, 1, roles=[0, 1], veto=[3])

    count = tally(seats, votes(YES, YES, NO, VETO))

    assert (count.approve, count.reject, count.abstain) == (8, 6, 0)
    assert (count.cast, count.present, count.eligible) == (14, 14, 15)
    assert (count.approvers, count.roles, count.vetoes) == (2, {"security": 2}, (3,))


def test_a_ballot_without_a_seat_counts_for_nothing():
    assert tally(people(1), [Ballot("mallory", YES)]) == tally(people(1), [])


def test_a_majority_is_not_certain_while_somebody_may_still_veto():
    seats = people(1, 1, 1, veto=[2])

    assert early_now(Rule(), seats, votes(YES, YES)) is None
    assert early_now(Rule(), seats, votes(YES, YES, YES)).result == Result.APPROVED


def test_sufficient_lets_the_first_to_answer_decide():
    rule = PRESETS["any_two"].rule
    seats = people(1, 1, 1, 1, 1, veto=[4])

    assert early_now(rule, seats, votes(YES, NO)) is None
    assert early_now(rule, seats, votes(YES, NO, YES)).result == Result.APPROVED
    assert early_now(rule, seats, votes(NO, NO, NO, NO)).result == Result.REJECTED


def test_a_veto_ends_the_round_at_once_but_for_two_settings():
    seats, ballots = people(1, 1, veto=[0]), votes(VETO)
    off, later = Rule(early_decision="off"), Rule(min_open=60)

    assert early_now(Rule(), seats, ballots).reason == Reason.VETOED
    assert early_now(off, seats, ballots) is None
    assert early_now(later, seats, ballots, after=59) is None
    assert early_now(later, seats, ballots, after=60).reason == Reason.VETOED


def test_the_smallest_number_that_is_enough():
    assert least(2, 3, 7, strict=False) == 5
    assert least(1, 2, 8, strict=False) == 4
    assert least(1, 2, 8, strict=True) == 5
    assert least(1, 2, 7, strict=True) == 4
    assert least(0, 1, 7, strict=False) == 0


def test_a_rule_the_council_could_never_meet_is_seen_before_opening():
    assert satisfiable(Rule(min_approvals=3), people(1, 1, 1))
    assert not satisfiable(Rule(min_approvals=4), people(1, 1, 1))
    assert not satisfiable(Rule(required_roles={"security": 1}), people(1, 1))
    assert not satisfiable(Rule(quorum=NO_QUORUM), [])


def extension(before, after, *, seconds=600, trigger="quorum", at=3500, **over):
    rule = Rule(
        voting_period=3600,
        late_extension=LateExtension(seconds=seconds, trigger=trigger),
    )
    closes = OPENED + timedelta(seconds=3600)
    round_ = {
        "closes_at": closes,
        "original_closes_at": closes,
        "quorum_reached_before": False,
    }
    moment = OPENED + timedelta(seconds=at)
    deadline = extended(
        rule, before, after, people(1, 1, 1, 1), at=moment, **round_ | over
    )
    return (deadline - OPENED).total_seconds()


def test_a_late_quorum_gives_the_others_time_to_answer():
    assert extension(votes(YES), votes(YES, YES)) == 4100


def test_a_quorum_extends_only_the_first_time():
    before, after = votes(YES), votes(YES, YES)

    assert extension(before, after, quorum_reached_before=True) == 3600
    assert extension(after, votes(YES, YES, NO)) == 3600


def test_an_early_quorum_moves_nothing():
    assert extension(votes(YES), votes(YES, YES), at=60) == 3600


def test_no_extension_moves_nothing():
    assert extension(votes(YES), votes(YES, YES), seconds=0) == 3600


def test_a_change_of_mind_at_the_last_second_extends_where_flips_do():
    before, after = votes(YES, YES, NO), votes(YES, NO, NO)

    assert extension(before, after, trigger="flip") == 4100
    assert extension(after, before, trigger="flip") == 4100
    assert extension(before, after, trigger="quorum") == 3600
    assert extension(before, votes(YES, YES, NO, YES), trigger="flip") == 3600


def test_flips_never_take_a_round_past_twice_its_period():
    latest = {"closes_at": OPENED + timedelta(seconds=7100), "at": 7050}
    before, after = votes(YES, YES, NO), votes(YES, NO, NO)

    assert extension(before, after, trigger="flip", **latest) == 7200


FAULTS = {
    Refusal.NOT_OPEN: {"is_open": False},
    Refusal.STALE_REVISION: {"revision": 1},
    Refusal.NOT_ELIGIBLE: {"voter": "mallory"},
    Refusal.INVALID_CHOICE: {"choice": "Approve"},
    Refusal.VETO_NOT_ALLOWED: {"choice": "veto"},
    Refusal.REASON_REQUIRED: {"reason_text": " \t\u200b\n"},
    Refusal.ALREADY_VOTED: {},
}
FAIR = {
    "is_open": True,
    "voter": "ada",
    "choice": "reject",
    "reason_text": "Too dear.",
    "revision": 2,
    "current_revision": 2,
}
FIXED = Rule(vote_change=False)


def refused(ballots=(), rule=FIXED, **answers):
    seats = [Seat("ada", 1), Seat("bob", 1, can_veto=True), Seat("cy", 1, gone=True)]
    return refusal(rule, seats, list(ballots), **FAIR | answers)


def test_a_fair_vote_is_accepted():
    assert refused() is None
    assert refused([Ballot("bob", YES)]) is None
    assert refused([Ballot("ada", YES)], rule=Rule()) is None


@pytest.mark.parametrize("first", range(len(FAULTS)))
def test_the_first_fault_in_order_is_the_one_named(first):
    """Every later fault is there too, except that a choice has one fault at most."""
    expected, fault = list(FAULTS.items())[first]
    later = list(FAULTS.values())[first + 1 :]
    answers = {name: value for each in later for name, value in each.items()} | fault

    assert refused([Ballot("ada", YES)], **answers) == expected


@pytest.mark.parametrize("choice", ["", "APPROVE", "veto ", "yes"])
def test_a_choice_is_written_exactly(choice):
    assert refused(choice=choice) == Refusal.INVALID_CHOICE


def test_whoever_left_or_had_a_vote_voided_may_not_vote():
    assert refused(voter="cy") == Refusal.NOT_ELIGIBLE


@pytest.mark.parametrize(
    ("required", "choice", "expected"),
    [
        ("never", "reject", None),
        ("on_reject", "approve", None),
        ("on_reject", "abstain", None),
        ("on_reject", "reject", Refusal.REASON_REQUIRED),
        ("always", "approve", Refusal.REASON_REQUIRED),
        ("never", "veto", Refusal.REASON_REQUIRED),
    ],
)
def test_a_reason_is_asked_for_as_the_rule_says(required, choice, expected):
    rule = Rule(reason_required=required)

    found = refused(rule=rule, voter="bob", choice=choice, reason_text="  ")

    assert found == expected


def test_every_refusal_has_a_sentence_for_people():
    assert set(SENTENCES) == set(Refusal)
    assert all(text.endswith(".") for text in SENTENCES.values())
