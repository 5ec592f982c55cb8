"""A council's changes put under a vote: proposed, voted on, made by the worker."""

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Role
from dashboard.runs.models import RunStatus
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.models import Status, Workflow
from tests.councils.stage import (
    MILD,
    approved,
    carried_out,
    change_of,
    chartered,
    wanted,
)
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    stored,
)

MADE = 15
"""Statements of a proposal: the council, its checks and names, the draft, its words."""


def about(council):
    """The newest entry about this council."""
    found = select(AuditEntry).where(AuditEntry.subject_id == council.id)
    return db.session.scalar(found.order_by(AuditEntry.seq.desc()))


def test_an_approved_change_is_made_by_the_worker(database, olga, otto):
    council = chartered(olga, otto, rule=MILD, name="Safety")
    to_be = rule_of("two_thirds", voting_period=3600)
    workflow = change_of(olga, council, rule=to_be, description="Says no.")

    approved(workflow, otto)
    before = db.session.get(Council, council.id).rule
    run = carried_out(workflow)

    assert before == MILD
    assert (run.status, workflow.status) == (RunStatus.COMPLETED, Status.COMPLETED)
    assert (council.rule, council.description) == (to_be, "Says no.")
    entry = about(council)
    assert (entry.actor_id, entry.actor_name) == (SYSTEM.id, "Quorum")
    assert entry.action == "council.write"
    assert entry.detail["workflow"] == workflow.number
    assert entry.changes[f"councils/{council.id}"] == {
        "rule": [MILD, to_be],
        "description": ["", "Says no."],
    }


def test_seats_are_changed_by_vote_and_open_votes_are_told(database, olga, otto, ada):
    council = chartered(olga, otto, ada, rule=rule_of("any_two"))
    work = open_vote(ada, make_type(council, make_bot(ada)))
    seats = [{"user_id": str(olga.id), "role": "chair", "weight": 2}]
    seats += [{"user_id": str(ada.id)}]
    workflow = change_of(ada, council, members=seats)

    carried_out(approved(workflow, olga, otto))

    assert [(m.user_id, m.role, m.weight) for m in council.members] == [
        (olga.id, "chair", 2),
        (ada.id, "member", 1),
    ]
    db.session.refresh(work)
    assert (work.round.rule["min_approvals"], len(work.round.voters)) == (2, 2)
    assert [v.user_id for v in work.round.voters if v.gone] == [otto.id]
    assert work.status is Status.LAPSED or work.status is Status.REJECTED


def test_what_is_not_the_same_any_more_is_left_alone(database, olga, otto):
    council = chartered(olga, otto, rule=MILD, name="Safety")
    first = approved(change_of(olga, council, description="One"), otto)
    second = approved(change_of(olga, council, description="Two"), otto)

    carried_out(first)
    run = carried_out(second)

    assert council.description == "One"
    assert (run.status, second.status) == (RunStatus.BLOCKED, Status.FAILED)
    assert second.status_reason == "blocked"
    assert run.error == (
        "Safety was not changed: it is not as it was when this was proposed. "
        "Propose the change again."
    )


def test_what_is_not_valid_any_more_is_left_alone(database, olga, otto, uma):
    council = chartered(olga, otto, rule=MILD)
    seats = [{"user_id": str(olga.id)}, {"user_id": str(otto.id), "weight": 3}]
    workflow = approved(change_of(olga, council, members=seats), otto)
    otto.is_active = False
    stored(otto)

    run = carried_out(workflow)

    assert run.status is RunStatus.BLOCKED
    assert "Otto is no active council operator or admin" in run.error
    assert [member.weight for member in council.members] == [1, 1]


def test_a_type_that_no_longer_governs_changes_nothing(database, olga, otto):
    council = chartered(olga, otto, rule=MILD)
    workflow = approved(change_of(olga, council, description="New"), otto)
    council.charter.type_id = make_type(
        council, name="Other", kind=TypeKind.GOVERNANCE
    ).id
    stored(council)

    run = carried_out(workflow)

    assert run.status is RunStatus.BLOCKED
    assert "not decided by this kind of proposal" in run.error
    assert council.description == ""


def test_a_change_tampered_with_after_the_vote_is_blocked(database, olga, otto):
    council = chartered(olga, otto, rule=MILD)
    workflow = approved(change_of(olga, council, description="New"), otto)
    workflow.change = workflow.change | {"wanted": wanted(council, name="Mine")}
    stored(workflow)

    run = carried_out(workflow)

    assert run.status is RunStatus.BLOCKED
    assert "The change is not the one that was approved." in run.error
    assert council.name != "Mine"


def test_an_archived_council_is_not_changed(database, olga, otto, ada):
    judges = make_council(ada, otto, rule=MILD)
    council = chartered(olga, by=judges, name="Safety")
    workflow = approved(change_of(olga, council, description="New"), otto)
    council.archive()
    stored(council)

    run = carried_out(workflow)

    assert run.error == "Safety was not changed: it is archived."
    assert council.description == ""


def test_only_a_vote_ends_the_vote_on_changes(client, ada, otto):
    council = chartered(ada, otto, rule=MILD, name="Safety")
    workflow = change_of(ada, council, ends_charter=True)

    carried_out(approved(workflow, otto))

    assert council.charter is None
    edit = client.as_(ada).get(f"/councils/{council.id}/edit")
    assert edit.status_code == 200


def test_a_change_may_archive_and_move_oversight_and_charter(database, ada, otto):
    council = chartered(ada, otto, rule=MILD)
    other = make_type(council, name="Other", kind=TypeKind.GOVERNANCE)
    oversight = {"review_actions": False, "domains": ["law"]}
    more = {"charter_type_id": other.id, "oversight": oversight, "archive": True}
    workflow = change_of(ada, council, **more)

    carried_out(approved(workflow, otto))

    assert (council.review_actions, council.domains) == (False, ["law"])
    assert council.charter.type_id == other.id
    assert council.is_archived


def test_what_changes_is_judged_in_words(database, olga, otto):
    council = chartered(olga, otto, rule=MILD, name="Safety")
    seats = [{"user_id": str(olga.id), "can_veto": True}]

    workflow = change_of(olga, council, members=seats, rule=rule_of())

    lines = {line["what"]: line for line in workflow.change["summary"]}
    assert lines["Olga"]["after"] == "Member, weight 1, may veto"
    assert lines["Otto"]["after"] == "Does not sit here"
    assert "at least one person approves" in lines["Rule"]["before"]
    assert "more than half of the votes cast approve" in lines["Rule"]["after"]
    approved(workflow, otto)
    assert workflow.round.content["change"] == workflow.change
    assert workflow.title == "Change the council Safety"


@pytest.mark.parametrize(
    ("over", "pointer"),
    [
        ({}, ""),
        ({"name": "x"}, "/name"),
        ({"rule": {"preset": "any_two", "min_approvals": 9}}, "/rule/min_approvals"),
        ({"members": [{"user_id": "0" * 32}]}, "/members/0/user_id"),
        ({"charter_type_id": "0" * 32}, "/charter_type_id"),
    ],
)
def test_a_change_that_is_none_or_invalid_is_not_proposed(
    api, ada, otto, over, pointer
):
    council = chartered(ada, otto, rule=MILD)

    response = api.with_key(ada).post(
        f"/api/v1/councils/{council.id}/changes", json=wanted(council, **over)
    )

    assert response.status_code == 422
    assert [each["pointer"] for each in response.json["errors"]] == [pointer]
    assert db.session.scalar(select(Workflow.id)) is None


def test_programs_propose_and_may_not_simply_change(api, ada, otto):
    council = chartered(ada, otto, rule=MILD, name="Safety")
    url = f"/api/v1/councils/{council.id}"
    body = wanted(council, description="New")
    api.with_key(ada)

    made = api.post(f"{url}/changes", json=body | {"why": "Because."})
    refused = [
        api.put(url, json=body),
        api.patch(url, json={"description": "New"}),
        api.delete(url),
        api.put(f"{url}/charter", json={"charter_type_id": council.charter_type_id}),
    ]

    assert (made.status_code, made.json["status"]) == (201, "draft")
    assert made.headers["Location"] == f"/api/v1/workflows/{made.json['id']}"
    assert made.json["change"]["summary"] == [
        {"what": "What it decides", "before": "Nothing", "after": "New"}
    ]
    assert {(each.status_code, each.json["code"]) for each in refused} == {
        (409, "not_authorized")
    }
    assert refused[0].json["detail"] == (
        "Changes to Safety are voted on. Propose this change instead."
    )
    assert db.session.get(Council, council.id).description == ""


def test_the_form_of_editing_proposes_and_keeps_what_was_typed(client, ada, otto):
    council = chartered(ada, otto, rule=MILD, name="Safety")
    url = f"/councils/{council.id}"
    fields = {
        "name": "Safety",
        "description": "New",
        "why": "We need it",
        "rule-preset": "any_one_other",
        "members-0-user_id": str(ada.id),
        "members-1-user_id": str(otto.id),
    }
    client.as_(ada)

    shown = client.get(f"{url}/edit", follow_redirects=True)
    refused = client.post(f"{url}/changes/new", data=fields | {"name": "x"})
    late = client.post(f"{url}/edit", data=fields)
    made = client.post(f"{url}/changes/new", data=fields)

    assert "Propose a change of Safety" in shown.text
    assert (refused.status_code, late.status_code) == (422, 409)
    assert "We need it" in refused.text
    assert "Propose this change instead." in late.text
    assert "New" in late.text
    assert "/edit" not in client.get(url).text
    workflow = db.session.scalars(select(Workflow)).one()
    assert made.location == f"/workflows/{workflow.id}"
    assert (workflow.description, workflow.change["wanted"]["description"]) == (
        "We need it",
        "New",
    )


def test_an_admin_puts_changes_under_a_vote(client, api, ada):
    council = make_council(ada, name="Safety")
    work = make_type(council, make_bot(ada), name="Work")
    governs = make_type(council, name="Constitution", kind=TypeKind.GOVERNANCE)
    url = f"/councils/{council.id}/charter"
    client.as_(ada)

    offered = client.get(f"/councils/{council.id}?tab=rule").text
    refused = client.post(url, data={"charter_type_id": str(work.id)})
    nothing = client.post(url, data={"charter_type_id": ""})
    switched = client.post(url, data={"charter_type_id": str(governs.id)})
    again = client.post(url, data={"charter_type_id": str(governs.id)})

    assert "Constitution (decided by Safety)" in offered
    assert "Put changes to Safety under a vote?" in offered
    assert refused.status_code == nothing.status_code == 422
    assert "Work is for work. Choose a governance type." in refused.text
    assert (switched.status_code, again.status_code) == (303, 409)
    assert council.charter.type_id == governs.id
    shown = client.get(f"/councils/{council.id}?tab=rule").text
    assert "They are voted on as" in shown
    assert "Put under a vote" not in shown
    assert (
        api.with_key(ada).get(f"/api/v1/councils/{council.id}").json["charter_type_id"]
    ) == str(governs.id)


def test_members_and_admins_propose_and_others_do_not(
    app, database, ada, olga, uma, eve, mallory
):
    council = chartered(olga, uma, rule=MILD)
    council.members[1].weight = 0
    stored(council)
    body = wanted(council, description="New")

    def answers(person):
        client = app.test_client().as_(person).with_key(person)
        page = client.get(f"/councils/{council.id}/changes/new").status_code
        made = client.post(f"/api/v1/councils/{council.id}/changes", json=body)
        charter = client.post(f"/councils/{council.id}/charter").status_code
        return page, made.status_code, charter

    assert answers(ada) == (200, 201, 422)
    assert answers(olga) == answers(uma) == (200, 201, 403)
    assert answers(eve) == (403, 403, 403)
    assert answers(mallory) == (404, 404, 403)


def test_where_nothing_is_voted_on_the_page_says_what_to_do(client, ada):
    council = make_council(ada)

    page = client.as_(ada).get(f"/councils/{council.id}/changes/new")
    sent = client.post(f"/councils/{council.id}/changes/new", data={"name": "New"})

    assert page.status_code == 200
    assert "Changes to this council are not voted on" in page.text
    assert sent.status_code in {409, 422}


@pytest.mark.parametrize("size", [1, 20])
def test_a_change_costs_the_same_however_many_sit_there(
    client, ada, otto, statements, size
):
    people = [make_user(f"P{n}", role=Role.COUNCIL_OPERATOR) for n in range(size)]
    council = chartered(ada, otto, *people, rule=MILD)
    url, page = f"/councils/{council.id}", "/changes/new"
    body = wanted(council, description="New")
    client.as_(ada).with_key(ada).get(url)
    statements.clear()

    client.get(f"{url}{page}")
    asked = len(statements)
    client.post(f"/api/v1{url}/changes", json=body)

    assert asked == 5  # session, council, people, agents, governance types
    made = [sql for sql in statements[asked:] if "clock_timestamp" not in sql]
    assert len(made) == MADE, "\n".join(made)
