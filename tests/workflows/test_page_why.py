"""Why a round stands as it does: shown while it is open, and for ever after."""

from datetime import timedelta

import pytest

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.workflows import actions
from dashboard.workflows.models import Status
from dashboard.workflows.rules import Rule
from dashboard.workflows.schemas import WorkflowEdit
from dashboard.workflows.why import extension, why
from tests.factories import (
    make_council,
    make_round,
    make_type,
    make_workflow,
    open_vote,
    rule_of,
    stored,
    vote,
)
from tests.workflows.test_rounds import close_in_the_past, round_of


def shown(client, person, workflow):
    return client.as_(person).get(f"/workflows/{workflow.id}").text


def conditions_of(workflow):
    return {
        each.name: (each.have, each.need, each.met)
        for each in why(round_of(workflow)).conditions
    }


def test_each_condition_is_told_with_what_there_is_and_what_it_takes(
    uma, olga, otto, ada, bot
):
    rule = rule_of(required_roles={"security": 1})
    council = make_council(ada, olga, otto, rule=rule)
    for seat in council.members:
        seat.role = "security" if seat.user_id == ada.id else "ops"
    db.session.commit()
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)
    vote(workflow, otto)

    assert conditions_of(workflow) == {
        "Quorum": ("2 of 3 voted", "needs 2", True),
        "Threshold": ("2 of 2 approved", "needs 2", True),
        "People": ("2 of 3 people approved", "needs 1", True),
        "From security": ("0 approved", "needs 1", False),
        "Vetoes": ("None stands", "needs none", True),
    }
    told = why(round_of(workflow))
    assert told.missing == ["1 approval from security"]
    assert told.outlook == "It can still pass, and it can still fail."


def test_the_page_says_what_is_missing_and_when_it_closes(client, uma, olga, type_):
    workflow = open_vote(uma, type_)

    page = shown(client, olga, workflow)

    assert "2 more votes for the quorum" in page
    assert "It can still pass, and it can still fail." in page
    assert "(needs 2)" in page
    assert ">Closes<" in page


def test_a_quorum_of_support_and_a_rule_without_a_threshold_are_told_as_such(
    uma, olga, otto, ada, bot
):
    quorum = {"num": 1, "den": 2, "counts": "approve_abstain"}
    rule = rule_of("any_two", quorum=quorum)
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot))
    vote(workflow, olga)

    found = conditions_of(workflow)

    assert found["Quorum"] == ("1 of 3 approved or abstained", "needs 2", False)
    assert found["People"] == ("1 of 3 people approved", "needs 2", False)
    assert "Threshold" not in found


def test_a_standing_veto_is_an_unmet_condition(uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of(min_open=3600))
    for seat in council.members:
        seat.can_veto = True
    db.session.commit()
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga, "veto")
    vote(workflow, otto)

    assert conditions_of(workflow)["Vetoes"] == ("1 stands", "needs none", False)
    assert why(round_of(workflow)).outlook == (
        "As long as a veto stands, it cannot pass."
    )


@pytest.mark.parametrize(
    ("over", "choices", "told"),
    [
        ({}, ["approve"] * 3, "It can no longer fail, unless somebody changes"),
        ({"vote_change": False}, ["approve"] * 3, "It can no longer fail."),
        ({}, ["reject"] * 3, "It can no longer pass, unless somebody changes"),
    ],
)
def test_an_outcome_that_is_certain_and_has_to_wait_is_told(
    uma, olga, otto, ada, bot, over, choices, told
):
    rule = rule_of(early_decision="off", **over)
    workflow = open_vote(uma, make_type(make_council(ada, olga, otto, rule=rule), bot))
    for person, choice in zip((ada, olga, otto), choices, strict=True):
        vote(workflow, person, choice)

    assert why(round_of(workflow)).outlook.startswith(told)


def test_what_was_decided_stays_explained(client, uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    vote(workflow, otto)

    page = shown(client, uma, workflow)

    assert "Approved: 2 of 2 approved and 2 were needed." in page
    assert "2 of 3 voted" in page
    assert "early: no vote still to come could have changed it" in page
    assert "Would have closed" in page
    assert "Usable until" in page
    assert "It can still" not in page


def test_a_rule_that_stops_at_enough_says_so(client, uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of("any_two", timelock=3600))
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)
    vote(workflow, otto)

    page = shown(client, uma, workflow)

    assert "early: enough had approved" in page
    assert "May run from" in page
    assert "the rule waits 1 hour" in page


def test_the_shortest_time_to_vote_is_told(client, uma, olga, otto, ada, bot):
    council = make_council(ada, olga, otto, rule=rule_of(min_open=7200))
    workflow = open_vote(uma, make_type(council, bot))

    assert "No decision before" in shown(client, olga, workflow)


PERIOD, ADDED = 86_400, 3_600


@pytest.mark.parametrize(
    ("trigger", "quorum_after", "closes_after", "told"),
    [
        ("quorum", None, PERIOD, ""),
        ("quorum", PERIOD - 60, PERIOD + ADDED - 60, "because the quorum came late"),
        ("flip", PERIOD - 60, PERIOD + ADDED - 60, "because the quorum came late"),
        ("flip", 60, PERIOD + ADDED - 60, "because the outcome flipped late"),
        ("flip", None, PERIOD + ADDED - 60, "because the outcome flipped late"),
    ],
)
def test_an_extension_names_its_cause(uma, trigger, quorum_after, closes_after, told):
    opened_at = now()
    late = {"seconds": ADDED, "trigger": trigger}
    rule = rule_of(voting_period=PERIOD, late_extension=late)
    round_ = make_round(
        make_workflow(uma),
        rule=rule,
        opened_at=opened_at,
        original_closes_at=opened_at + timedelta(seconds=PERIOD),
        closes_at=opened_at + timedelta(seconds=closes_after),
        quorum_reached_at=quorum_after and opened_at + timedelta(seconds=quorum_after),
    )

    found = extension(round_, Rule.model_validate(rule))

    assert found.endswith(told)
    assert found.startswith("extended from") == bool(told)


def test_what_needed_no_vote_shows_the_steps_that_led_there(client, uma, olga, bot):
    council = make_council(olga, review_actions=False, name="Quick")
    workflow = open_vote(uma, make_type(council, bot))

    page = shown(client, uma, workflow)

    assert "Why there was no vote" in page
    assert "Quick lets work run without a vote." in page
    assert "No vote" in page
    assert "(needs" not in page


def test_why_it_was_routed_here_is_told(client, uma, type_):
    workflow = make_workflow(uma, type_)
    workflow.routing = {"reasons": ["Release has deploy, the closest domain."]}
    stored(workflow)

    page = shown(client, uma, workflow)

    assert "Why was this routed here?" in page
    assert "Release has deploy, the closest domain." in page


def test_a_draft_says_that_nobody_has_voted(client, uma, type_):
    assert "Nobody has voted yet." in shown(client, uma, make_workflow(uma, type_))


def test_reading_a_vote_that_is_over_decides_it_first(client, api, uma, olga, type_):
    workflow = open_vote(uma, type_)
    other = open_vote(uma, type_)
    close_in_the_past(workflow)
    close_in_the_past(other)

    page = shown(client, olga, workflow)
    answer = api.with_key(olga).get(f"/api/v1/workflows/{other.id}").json

    assert "Lapsed: nobody voted." in page
    assert "Closed, being decided" not in page
    assert stored(workflow).status is Status.LAPSED
    assert (answer["status"], answer["round"]["outcome"]) == ("lapsed", "lapsed")


def test_a_page_that_waits_hears_that_time_has_decided(client, uma, olga, type_):
    workflow = open_vote(uma, type_)
    url = f"/workflows/{workflow.id}/live?seen={workflow.seq}"
    before = client.as_(olga).get(url, headers={"X-Partial": "1"})
    close_in_the_past(workflow)

    after = client.get(url, headers={"X-Partial": "1"})

    assert before.status_code == 204
    assert (after.status_code, "Lapsed" in after.text) == (200, True)


def withdraw(uma, workflow):
    actions.cancel(uma, workflow)


def change(uma, workflow):
    actions.edit(uma, workflow, WorkflowEdit(title="Something else"), {})


@pytest.mark.parametrize(
    ("verb", "told", "ended"),
    [
        (withdraw, "Not decided: it was cancelled", "Cancelled"),
        (change, "Not decided: the proposal was changed", "Ended by a change"),
    ],
)
def test_a_round_that_ended_undecided_does_not_look_open(
    uma, olga, type_, verb, told, ended
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    round_ = round_of(workflow)

    verb(uma, workflow)

    assert round_.explain["verdict"].startswith(told)
    assert not round_.explain["can_still_pass"]
    names = [time.name for time in why(round_).times]
    assert names == ["Opened", "Would have closed", ended]


def test_a_weighted_round_says_that_it_counts_weights(uma, ada, olga, otto, bot):
    council = make_council(ada, olga, otto)
    council.members[1].weight = 5
    stored(council)
    workflow = open_vote(uma, make_type(council, bot))
    vote(workflow, olga)

    conditions = conditions_of(workflow)
    assert conditions["Quorum"][0] == "5 of 7 voted, by weight"
    assert conditions["Threshold"][0] == "5 of 5 approved, by weight"
    assert conditions["People"][0] == "1 of 3 people approved"
