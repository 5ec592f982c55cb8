"""What a rule may say, how two combine, and how it reads."""

import pytest

from dashboard.errors import Invalid
from dashboard.schemas import checked
from dashboard.workflows.rules import (
    PRESETS,
    Excluded,
    Quorum,
    Rule,
    Threshold,
    combine,
    in_words,
    preset_of,
)
from dashboard.workflows.voting import Ballot, Choice, Reason, Result, Seat, decide

YES, NO, ABSTAIN = Choice.APPROVE, Choice.REJECT, Choice.ABSTAIN


def outcome(preset, choices, size=7):
    seats = [Seat(number, weight=1) for number in range(size)]
    ballots = [Ballot(number, choice) for number, choice in enumerate(choices)]
    return decide(PRESETS[preset].rule, seats, ballots).result


def test_a_rule_left_blank_is_a_simple_majority_with_half_present():
    rule = Rule()

    assert rule.model_dump(mode="json") == {
        "threshold": {"num": 1, "den": 2, "strict": True, "base": "cast"},
        "quorum": {"num": 1, "den": 2, "strict": False, "counts": "all"},
        "min_approvals": 1,
        "required_roles": {},
        "voting_period": 259_200,
        "early_decision": "certain",
        "min_open": 0,
        "vote_change": True,
        "reason_required": "on_reject",
        "late_extension": {"seconds": 0, "trigger": "quorum"},
        "timelock": 0,
        "run_window": 604_800,
        "exclude": ["proposer", "editors"],
        "runner_must_differ": False,
    }


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS.keys())
def test_a_rule_survives_being_stored(preset):
    assert Rule.model_validate_json(preset.rule.model_dump_json()) == preset.rule


@pytest.mark.parametrize(
    ("answers", "path", "sentence"),
    [
        ({"threshold": {"num": 0, "den": 2}}, "threshold.num", "Enter 1 or more."),
        ({"threshold": {"num": 1, "den": 0}}, "threshold.den", "Enter 1 or more."),
        ({"threshold": {"num": 3, "den": 2}}, "threshold", "enter 2 or less"),
        (
            {"threshold": {"num": 2, "den": 2, "strict": True}},
            "threshold",
            "ask for at least all",
        ),
        ({"quorum": {"num": -1, "den": 2}}, "quorum.num", "Enter 0 or more."),
        ({"quorum": {"num": 3, "den": 2}}, "quorum", "enter 2 or less"),
        (
            {"quorum": {"num": 1, "den": 1, "strict": True}},
            "quorum",
            "ask for at least all",
        ),
        ({"min_approvals": 0}, "min_approvals", "Enter 1 or more."),
        ({"required_roles": {"legal": 0}}, "required_roles.legal", "Enter 1 or more."),
        ({"voting_period": 0}, "voting_period", "Enter 1 or more."),
        ({"voting_period": 10**12}, "voting_period", "or less."),
        ({"voting_period": 60, "min_open": 61}, "min_open", "Enter 60 seconds"),
        (
            {"voting_period": 60, "late_extension": {"seconds": 61}},
            "late_extension",
            "Extend by 60 seconds",
        ),
        ({"timelock": -1}, "timelock", "Enter 0 or more."),
        ({"run_window": 0}, "run_window", "Enter 1 or more."),
        ({"exclude": ["everybody"]}, "exclude.0", "'proposer'"),
        ({"early_decision": "soon"}, "early_decision", "'certain'"),
        ({"treshold": None}, "treshold", "not asked for"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(answers, path, sentence):
    with pytest.raises(Invalid) as refused:
        checked(Rule, answers)

    assert sentence in refused.value.errors[path]


def test_the_limits_themselves_are_allowed():
    rule = Rule(
        threshold=Threshold(num=1, den=1),
        quorum=Quorum(num=0, den=1, strict=True),
        voting_period=60,
        min_open=60,
        late_extension={"seconds": 60, "trigger": "flip"},
        run_window=None,
    )

    assert rule.min_open == rule.late_extension.seconds == 60


def test_people_left_out_are_named_once_and_in_one_order():
    rule = Rule(exclude=["editors", "proposer", "editors"])

    assert rule == Rule()


def test_the_rule_of_the_type_replaces_that_of_the_council():
    council = Rule(threshold=Threshold(num=2, den=3), voting_period=60)
    stricter = Rule(threshold=Threshold(num=1, den=1), voting_period=90)

    assert combine(council, stricter) == stricter
    assert combine(council, None) == council


def test_neither_of_two_rules_loosens_the_other():
    council = Rule(min_approvals=3, timelock=0, exclude=["agent_owner"])
    of_type = Rule(min_approvals=2, timelock=60, exclude=["proposer"])

    for rule in (combine(council, of_type), combine(of_type, council)):
        assert (rule.min_approvals, rule.timelock) == (3, 60)
        assert rule.exclude == (Excluded.PROPOSER, Excluded.AGENT_OWNER)


@pytest.mark.parametrize(
    ("preset", "choices", "result"),
    [
        ("simple_majority", [YES, YES, YES, NO, NO], Result.APPROVED),
        ("simple_majority", [YES, YES, NO, NO], Result.REJECTED),
        ("simple_majority", [YES, YES, YES], Result.LAPSED),
        ("absolute_majority", [YES] * 4, Result.APPROVED),
        ("absolute_majority", [YES] * 3 + [ABSTAIN] * 4, Result.REJECTED),
        ("two_thirds", [YES] * 4 + [NO] * 2, Result.APPROVED),
        ("two_thirds", [YES] * 4 + [NO] * 3, Result.REJECTED),
        ("unanimity", [YES] * 3 + [ABSTAIN], Result.APPROVED),
        ("unanimity", [YES] * 6 + [NO], Result.REJECTED),
        ("everyone", [YES] * 7, Result.APPROVED),
        ("everyone", [YES] * 6, Result.REJECTED),
        ("everyone", [YES] * 6 + [ABSTAIN], Result.REJECTED),
        ("any_two", [YES, YES] + [NO] * 5, Result.APPROVED),
        ("any_two", [YES, NO], Result.REJECTED),
        ("lazy_objection", [YES], Result.APPROVED),
        ("lazy_objection", [YES] * 6 + [NO], Result.REJECTED),
        ("lazy_objection", [ABSTAIN], Result.REJECTED),
        ("lazy_objection", [], Result.LAPSED),
        ("any_one_other", [YES], Result.APPROVED),
        ("any_one_other", [NO], Result.REJECTED),
    ],
)
def test_a_preset_decides_as_its_name_says(preset, choices, result):
    assert outcome(preset, choices) == result


def test_an_emergency_still_takes_somebody_else():
    rule = PRESETS["any_one_other"].rule

    assert Excluded.PROPOSER in rule.exclude
    assert decide(rule, [], []).reason == Reason.NO_VOTES


@pytest.mark.parametrize("key", PRESETS)
def test_a_preset_is_recognised_whatever_its_periods(key):
    rule = PRESETS[key].rule.model_copy(update={"voting_period": 60, "timelock": 5})

    assert preset_of(rule) == key


def test_a_rule_of_ones_own_is_no_preset():
    assert preset_of(Rule(threshold=Threshold(num=3, den=5))) is None
    assert preset_of(Rule(min_approvals=2)) is None


def test_a_rule_that_lets_the_proposer_vote_is_not_any_one_other_person():
    rule = PRESETS["any_one_other"].rule.model_copy(update={"exclude": ()})

    assert preset_of(rule) is None


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            Rule(threshold=Threshold(num=2, den=3), required_roles={"security": 1}),
            "Passes when two thirds of the votes cast approve, at least half of the "
            "council votes, and at least one approval is from security, within 3 days.",
        ),
        (
            PRESETS["everyone"].rule,
            "Passes when everybody on the council approves, within 3 days.",
        ),
        (
            PRESETS["any_two"].rule,
            "Passes as soon as at least two people approve, within 3 days.",
        ),
        (
            PRESETS["lazy_objection"].rule,
            "Passes when nobody rejects and at least one person approves, "
            "within 3 days.",
        ),
        (
            Rule(
                threshold=Threshold(num=30, den=50, base="present"),
                quorum=Quorum(num=1, den=1, counts="approve_abstain"),
                required_roles={"legal": 2},
                voting_period=5400,
            ),
            "Passes when three fifths of the votes, abstentions included, approve, "
            "the whole council approves or abstains, and at least two approvals are "
            "from legal, within 90 minutes.",
        ),
        (
            Rule(
                threshold=Threshold(num=1, den=3, strict=True, base="eligible"),
                quorum=Quorum(num=3, den=7, strict=True),
                voting_period=1,
            ),
            "Passes when more than a third of the council approves and more than 3/7 "
            "of the council votes, within 1 second.",
        ),
        (
            Rule(
                threshold=Threshold(num=51, den=100),
                quorum=Quorum(num=0, den=1),
                min_approvals=12,
            ),
            "Passes when 51% of the votes cast approve and at least 12 people "
            "approve, within 3 days.",
        ),
    ],
)
def test_a_rule_reads_as_one_plain_sentence(rule, sentence):
    assert in_words(rule) == sentence


def test_a_quorum_the_threshold_implies_is_not_mentioned():
    implied = Rule(threshold=Threshold(num=1, den=2, strict=True, base="eligible"))
    needed = implied.model_copy(
        update={"quorum": Quorum(num=2, den=3), "early_decision": "off"}
    )

    assert "votes" not in in_words(implied)
    assert "at least two thirds of the council votes" in in_words(needed)
