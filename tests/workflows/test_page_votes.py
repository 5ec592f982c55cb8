"""The vote panel: vetoes, votes that were changed, and what one's own would end."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.extensions import db
from dashboard.workflows.models import Round
from dashboard.workflows.seats import ballot_lines, decided_by, veto_ends_at
from tests.factories import (
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    vote,
)
from tests.workflows.test_rounds import close_in_the_past, round_of


def ballot(choice="approve", **over):
    return {"choice": choice, "revision": "1", "reason": "", "key": ""} | over


def shown(client, person, workflow):
    return client.as_(person).get(f"/workflows/{workflow.id}").text


@pytest.fixture
def guarded(uma, ada, olga, otto, bot):
    """An open vote in which everybody may veto, decided after an hour at least."""
    council = make_council(ada, olga, otto, rule=rule_of(min_open=3600))
    for seat in council.members:
        seat.can_veto = True
    db.session.commit()
    return open_vote(uma, make_type(council, bot))


def test_a_standing_veto_is_shown_with_its_reason_and_what_lifts_it(
    client, olga, otto, guarded
):
    vote(guarded, olga, "veto", reason="No backup was made.")

    own, other = shown(client, olga, guarded), shown(client, otto, guarded)

    assert "You vetoed this.</b> Vote otherwise to lift it." in own
    assert "Olga vetoed this.</b> It is lifted when Olga votes otherwise." in other
    assert "No backup was made." in other
    assert "If it still stands" in other
    vote(guarded, olga)
    assert "vetoed this" not in shown(client, otto, guarded)


@pytest.mark.parametrize(
    ("over", "seconds"),
    [
        ({"min_open": 3600}, 3600),
        ({"min_open": 3600, "early_decision": "off"}, 86_400),
        ({"min_open": 86_400}, 86_400),
    ],
)
def test_a_veto_ends_the_round_when_it_may_end(uma, olga, bot, over, seconds):
    council = make_council(olga, rule=rule_of(voting_period=86_400, **over))
    round_ = round_of(open_vote(uma, make_type(council, bot)))

    assert veto_ends_at(round_) == round_.opened_at + timedelta(seconds=seconds)


def test_a_changed_vote_keeps_what_was_said_before_struck_through(
    client, uma, olga, type_
):
    workflow = open_vote(uma, type_)
    vote(workflow, olga, "abstain", reason="Not sure yet.")
    vote(workflow, olga, "approve")

    page = shown(client, uma, workflow)

    assert "Changed 1 time" in page
    assert "<s>Abstain: “Not sure yet.”</s>" in page


def test_whoever_left_is_marked_and_their_vote_stays(client, uma, olga, type_):
    workflow = open_vote(uma, type_)
    vote(workflow, olga)
    round_of(workflow).voter(olga.id).gone = True
    db.session.commit()

    page = shown(client, uma, workflow)

    assert "left since" in page
    [line] = [each for each in ballot_lines(round_of(workflow)) if each.choice]
    assert (line.name, line.has_left) == ("Olga", True)


def test_a_vote_that_would_decide_says_so(client, uma, olga, otto, type_):
    workflow = open_vote(uma, type_)
    first = shown(client, olga, workflow)
    vote(workflow, otto)

    second = shown(client, olga, workflow)

    assert "Your vote decides" not in first
    assert "Your vote decides at once: if you approve, it is approved." in second
    assert "Your vote decides" not in shown(client, uma, workflow)


def test_every_choice_that_would_end_it_is_named(uma, olga, ada, bot):
    council = make_council(olga, rule=rule_of("everyone"))
    workflow = open_vote(uma, make_type(council, bot))
    council.members[0].can_veto = True
    db.session.commit()
    veto = open_vote(uma, make_type(council, bot))

    def told(asked):
        round_ = round_of(asked)
        return decided_by(round_, olga.id, round_.opened_at)

    assert told(workflow) == (
        "Your vote decides at once: if you approve, it is approved; "
        "if you reject or abstain, it is rejected."
    )
    assert "if you reject, abstain or veto, it is rejected" in told(veto)
    assert decided_by(round_of(workflow), ada.id, workflow.created_at) == ""


def test_before_the_least_time_no_vote_decides(uma, olga, bot):
    council = make_council(olga, rule=rule_of(min_open=3600))
    round_ = round_of(open_vote(uma, make_type(council, bot)))

    later = round_.opened_at + timedelta(seconds=3600)

    assert decided_by(round_, olga.id, round_.opened_at) == ""
    assert decided_by(round_, olga.id, later) != ""


def test_who_changes_a_vote_is_told_what_the_change_would_end(
    uma, olga, otto, ada, bot
):
    rule = rule_of("any_two", early_decision="sufficient", min_open=0)
    workflow = open_vote(uma, make_type(make_council(olga, otto, ada, rule=rule), bot))
    vote(workflow, olga)
    vote(workflow, otto, "abstain")
    round_ = round_of(workflow)

    assert "if you approve, it is approved" in decided_by(
        round_, otto.id, round_.opened_at
    )
    assert "approve" not in decided_by(round_, olga.id, round_.opened_at)


def test_a_reason_typed_while_time_decided_is_given_back(client, uma, olga, type_):
    workflow = open_vote(uma, type_)
    close_in_the_past(workflow)

    answer = client.as_(olga).post(
        f"/workflows/{workflow.id}/votes",
        data=ballot("reject", reason="My long thoughts"),
    )

    assert answer.status_code == 409
    assert "Voting has closed" in answer.text
    assert "My long thoughts" in answer.text
    assert db.session.scalars(select(Round)).one().votes == []


def test_the_electorate_is_listed_those_who_voted_first(uma, bot):
    people = [make_user(name, role="council_operator") for name in ("Ann", "Bob")]
    workflow = open_vote(uma, make_type(make_council(*people), bot))
    vote(workflow, people[1])

    assert [line.name for line in ballot_lines(round_of(workflow))] == ["Bob", "Ann"]
