"""A file that is none, and the sentence that says where."""

import json

import pytest

from dashboard.simulation.files import Malformed, scenarios_in
from tests.simulation.stories import at_once, check, story, vote


def refused(content):
    with pytest.raises(Malformed) as error:
        scenarios_in(content if isinstance(content, str) else json.dumps(content))
    return str(error.value)


def test_a_file_is_one_scenario_or_several():
    assert [each.id for each in scenarios_in(json.dumps(story()))] == ["story"]
    several = {"scenarios": [story(id="one"), story(id="two")]}
    assert [each.id for each in scenarios_in(json.dumps(several))] == ["one", "two"]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (story(vote(-1, "a")), 'Scenario "story", at events.1.at: Enter 0 or more.'),
        (
            story({"at": 1, "type": "edit", "by": "p"}),
            'Scenario "story", at events.1.content: Fill this in.',
        ),
        (
            story(voters_=[{"voter": "a", "weight": "much"}]),
            'Scenario "story", at eligible.0.weight: Enter a whole number.',
        ),
        (
            story(vote(1, "a", colour="red")),
            'Scenario "story", at events.1.colour: This is not asked for.',
        ),
        (story(id=""), 'Scenario "", at id: Use at least 1 characters.'),
        ({"rule": {}}, "Scenario 0, at id: Fill this in."),
        (7, "Scenario 0: "),
    ],
    ids=["second", "missing", "weight", "unknown", "nameless", "no-id", "number"],
)
def test_it_says_which_scenario_and_where(told, sentence):
    assert refused({"scenarios": [told]}).startswith(sentence)


def test_an_answer_nobody_gives_is_not_expected():
    sentence = refused(story(vote(1, "a", expect="perhaps")))

    assert sentence.startswith('Scenario "story", at events.1.expect: Expect one of ok')


def test_a_key_no_outcome_has_is_not_expected():
    assert "Expect one of state, reason" in refused(story(expected={"stat": "open"}))
    assert "at events.1.expect" in refused(story(check(1, stat="open")))


def test_time_goes_on():
    assert refused(story(vote(5, "a"), vote(4, "b"))).endswith(
        "events[2] happens at 4, before the one ahead of it at 5. "
        "Put the events in order."
    )
    assert "final_at is before the last event" in refused(
        story(vote(5, "a"), final_at=4)
    )
    timeless = {k: v for k, v in vote(1, "a").items() if k != "at"}
    assert "events[1]: say at which second" in refused(story(timeless, final_at=4))


def test_what_happens_at_once_has_no_second_of_its_own():
    race = at_once(5, vote(5, "a"))
    race["events"][0]["at"] = 6

    assert "no second of its own" in refused(story(race))


def test_races_do_not_nest():
    race = at_once(5, vote(5, "a"))

    assert "events.1.events.0" in refused(story(race | {"events": [race]}))


def test_everybody_sits_once():
    assert "a sits on the council twice" in refused(
        story(voters_=[{"voter": "a"}, {"voter": "a"}])
    )


def test_a_bare_list_is_read_and_the_same_story_may_be_told_twice():
    told = scenarios_in(json.dumps([story(), story()]))

    assert [each.id for each in told] == ["story", "story"]


def test_what_is_noted_beside_a_story_is_not_read():
    told = scenarios_in(json.dumps(story(colour="red", section="4")))

    assert [each.id for each in told] == ["story"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "This is no JSON"),
        ("[" * 100_000, "This is no JSON"),
        ('{"scenarios": {}}', '"scenarios" must be a list'),
    ],
    ids=["cut", "deep", "object"],
)
def test_what_is_no_list_of_scenarios(text, sentence):
    assert refused(text).startswith(sentence)


def test_a_rule_is_not_judged_before_a_vote_opens():
    told = story(events=[], final_at=0, rule={"threshold": "most"})

    [scenario] = scenarios_in(json.dumps(told))

    assert scenario.rule == {"threshold": "most"}
