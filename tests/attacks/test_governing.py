"""Round the vote on a council's own changes: every other door, and old approvals."""

import pytest

from dashboard.runs.models import RunStatus
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import Status
from tests.councils.stage import (
    MILD,
    approved,
    carried_out,
    change_of,
    chartered,
    wanted,
)
from tests.factories import make_council, make_type, rule_of, stored

VOTED = "are voted on"


@pytest.fixture
def council(olga, otto):
    return chartered(olga, otto, rule=MILD, name="Safety")


@pytest.fixture
def doors(council, ada):
    """Every call by which an admin might change the council past its vote."""
    council_url = f"/api/v1/councils/{council.id}"
    type_url = f"/api/v1/workflow-types/{council.charter.type_id}"
    shell = make_council(ada, name="Mine alone")
    other = make_type(shell, name="By me", kind=TypeKind.GOVERNANCE)
    mine = wanted(council, members=[{"user_id": str(ada.id)}])
    return [
        ("PUT", council_url, mine),
        ("PATCH", council_url, {"rule": rule_of("any_one_other")}),
        ("PATCH", council_url, {"members": [{"user_id": str(ada.id)}]}),
        ("PATCH", council_url, {"advisers": []}),
        ("DELETE", council_url, None),
        ("PUT", f"{council_url}/oversight", {"review_actions": False}),
        ("PUT", f"{council_url}/charter", {"charter_type_id": str(other.id)}),
        ("PATCH", type_url, {"council_id": str(shell.id)}),
        ("PATCH", type_url, {"rule": {"preset": "any_one_other"}}),
        ("PATCH", type_url, {"auto_run": False}),
        ("DELETE", type_url, None),
    ]


def test_no_call_changes_what_is_voted_on(api, ada, council, doors):
    before = wanted(council)
    api.with_key(ada)

    answers = [api.open(url, method=verb, json=body) for verb, url, body in doors]

    assert [answer.status_code for answer in answers] == [409] * len(doors)
    assert all(VOTED in answer.json["detail"] for answer in answers)
    assert wanted(council) == before
    assert not council.is_archived


@pytest.mark.parametrize(
    "page", ["edit", "archive", "charter", "oversight/edit", "oversight"]
)
def test_no_form_changes_it_either(client, ada, council, page):
    before = wanted(council)
    form = {"name": "Mine", "members-0-user_id": str(ada.id), "rule-preset": "any_two"}
    form |= {"charter_type_id": str(council.charter.type_id)}

    answer = client.as_(ada).post(f"/councils/{council.id}/{page}", data=form)

    assert answer.status_code in {405, 409, 422}
    assert wanted(council) == before


def test_a_draft_without_its_council_is_no_change(api, ada, council):
    """What a program calls a governance proposal changes nothing by itself."""
    body = {"type_id": str(council.charter.type_id), "title": "Seat me"}
    api.with_key(ada)

    made = api.post("/api/v1/workflows", json=body)
    told = api.post("/api/v1/workflows", json=body | {"change": {"council_id": "x"}})

    assert (made.status_code, told.status_code) == (422, 422)


def test_editing_an_approved_change_asks_for_another_vote(api, olga, otto, council):
    workflow = approved(change_of(olga, council, description="Mild"), otto)
    body = {"title": "Something else", "description": "Other words"}

    answer = api.with_key(olga).put(f"/api/v1/workflows/{workflow.id}", json=body)

    assert answer.status_code == 200
    assert (workflow.status, workflow.revision) == (Status.DRAFT, 2)
    assert workflow.change["wanted"]["description"] == "Mild"
    assert council.description == ""


def test_an_approval_of_another_council_changes_nothing(database, ada, olga, otto):
    """It was got while a council of one's own decided, and kept for later."""
    shell = make_council(ada, otto, rule=MILD)
    council = chartered(olga, otto, by=shell, rule=MILD, name="Safety")
    type_ = council.charter.type
    kept = approved(change_of(ada, council, description="Mine"), otto)
    type_.council_id = council.id
    stored(type_)

    run = carried_out(kept)

    assert run.status is RunStatus.BLOCKED
    assert "another council" in run.error
    assert council.description == ""


def test_a_change_that_was_made_is_not_made_twice(api, olga, otto, council):
    """Not even once the council is again as it was when that was judged."""
    first = approved(change_of(olga, council, description="One"), otto)
    carried_out(first)
    carried_out(approved(change_of(olga, council, description=""), otto))

    answer = api.with_key(olga).post(f"/api/v1/workflows/{first.id}/run")

    assert answer.status_code == 409
    assert council.description == ""
    assert first.status is Status.COMPLETED
