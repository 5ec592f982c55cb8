"""Every story of the file ends as the specification says."""

import pytest

from dashboard.simulation.play import play
from dashboard.simulation.player import State
from dashboard.simulation.scenarios import ANSWERS, Check, Race
from dashboard.workflows.models import Status
from dashboard.workflows.voting import Reason
from tests.simulation.stories import known

STORIES = known()
OTHERWISE = {"run_window_passed", "cancelled", "emergency_stop"}
BEFORE_THE_VOTE = {"no_review_required", "type_blocked", "agent_restricted"}


@pytest.mark.parametrize("scenario", STORIES, ids=lambda scenario: scenario.id)
def test_it_ends_as_specified(scenario):
    assert play(scenario).differences == []


def test_the_stories_meet_every_answer():
    met = {answer for each in STORIES for answer in answers(each)}

    assert met == set(ANSWERS)


def test_the_stories_end_in_every_state_for_every_reason():
    ends = [play(each).outcome for each in STORIES]

    assert {end.state for end in ends} == set(State)
    reasons = {reason.value for reason in Reason} - BEFORE_THE_VOTE | OTHERWISE
    assert {end.reason for end in ends} == reasons | {None}


def test_the_stories_take_every_kind_of_step():
    met = {step.type for each in STORIES for step in each.steps()}

    assert met == {
        "open",
        "vote",
        "vote_void",
        "member_add",
        "member_remove",
        "weight_change",
        "rule_change",
        "edit",
        "cancel",
        "stop",
        "freeze",
        "unfreeze",
        "run_start",
        "run_finish",
    }


def test_the_states_are_those_of_a_workflow():
    assert set(State) == set(Status)


def answers(scenario):
    for event in scenario.events:
        if isinstance(event, Race):
            yield from event.expect_multiset
        elif not isinstance(event, Check):
            yield event.expect
