"""What is compared, in which orders, and how a difference is told."""

import pytest

from dashboard.simulation.play import plays_of
from dashboard.simulation.scenarios import Scenario
from tests.simulation.stories import at_once, check, played, story, vote, voters

EVERY_KEY = {
    "state",
    "reason",
    "early",
    "revision",
    "runs",
    "decisions",
    "closes_at",
    "decided_at",
    "ready_at",
    "expires_at",
    "tallies",
    "eligible_weight",
    "quorum_met",
    "threshold_met",
    "approvers",
}


def test_the_outcome_has_every_key_also_without_a_round():
    outcome = played(story(events=[], final_at=0)).outcome.model_dump()

    assert set(outcome) == EVERY_KEY
    assert (outcome["state"], outcome["reason"], outcome["early"]) == (
        "draft",
        None,
        False,
    )
    assert outcome["closes_at"] is outcome["expires_at"] is None
    assert sum(outcome["tallies"].values()) == outcome["eligible_weight"] == 0


def test_only_what_is_listed_has_to_match():
    expected = {"state": "open", "tallies": {"approve": 1}}

    assert played(story(vote(1, "a"), expected=expected)).ok


def test_each_difference_names_the_event_or_the_key():
    end = played(
        story(
            vote(1, "a", expect="not_open"),
            check(2, state="draft", runs=0),
            expected={"approvers": 2, "tallies": {"approve": 2}, "early": False},
        )
    )

    assert not end.ok
    tallies = '{"approve": 1, "reject": 0, "abstain": 0, "not_voted": 2}'
    assert end.differences == [
        "events[1] (vote): expected not_open, found ok.",
        'events[2] (check).state: expected "draft", found "open".',
        "expected.approvers: expected 2, found 1.",
        f'expected.tallies: expected {{"approve": 2}}, found {tallies}.',
    ]


def test_yes_is_not_one():
    end = played(story(vote(1, "a"), expected={"approvers": True}))

    assert end.differences == ["expected.approvers: expected true, found 1."]


def test_a_refused_step_is_answered_with_its_code():
    end = played(story(vote(1, "z"), vote(2, "a")))

    assert end.events == ["ok", "not_eligible", "ok"]


def test_a_race_is_played_in_every_order():
    """Of three at once the last comes too late, whoever that is."""
    votes = [vote(5, "a"), vote(5, "b"), vote(5, "c", "reject")]
    told = story(at_once(5, *votes), expected={"tallies": {"reject": 0}})

    end = played(told)

    assert plays_of(Scenario.model_validate(told)) == 6
    assert end.events == ["ok", ["ok", "ok", "not_open"]]
    assert end.outcome.tallies.reject == 0
    [difference] = end.differences
    assert '"reject": 1' in difference


def test_the_results_of_a_race_are_compared_in_any_order():
    votes = [vote(5, "z"), vote(5, "a")]
    expected = {"expect_multiset": ["ok", "not_eligible"]}

    assert played(story(at_once(5, *votes, **expected))).ok

    expected["expect_multiset"] = ["ok", "ok"]
    assert played(story(at_once(5, *votes, **expected))).differences == [
        "events[1] (concurrent): expected ['ok', 'ok'] in any order, "
        "found ['not_eligible', 'ok']."
    ]


def test_races_that_follow_each_other_are_crossed():
    first = at_once(1, vote(1, "a"), vote(1, "b", "reject"))
    second = at_once(2, vote(2, "a", "abstain"), vote(2, "b", "abstain"))

    told = Scenario.model_validate(story(first, second))

    assert plays_of(told) == 4


@pytest.mark.parametrize(("racers", "plays"), [(4, 24), (5, 2), (8, 2)])
def test_many_at_once_are_raced_forward_and_backward(racers, plays):
    votes = [vote(1, "abcdefgh"[n]) for n in range(racers)]

    assert plays_of(Scenario.model_validate(story(at_once(1, *votes)))) == plays


def test_the_way_back_is_played_too():
    votes = [vote(5, name) for name in "abcd"] + [vote(5, "e", "reject")]
    five = {"voters_": voters("abcde"), "expected": {"tallies": {"reject": 0}}}

    [difference] = played(story(at_once(5, *votes), **five)).differences

    assert '"reject": 1' in difference


def test_many_races_stay_playable():
    races = [at_once(n, *[vote(n, name) for name in "abcd"]) for n in range(1, 9)]
    told = story(*races, rule={"voting_period": 100, "early_decision": "off"})

    assert plays_of(Scenario.model_validate(told)) == 24
    assert played(told).outcome.tallies.approve == 3


def test_a_refused_step_leaves_all_as_it_was_but_for_what_time_brought():
    before = played(story(vote(1, "a"), final_at=100))

    after = played(story(vote(1, "a"), vote(100, "b")))

    assert after.events[-1] == "not_open"
    assert after.outcome == before.outcome
