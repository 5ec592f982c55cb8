"""Opening a vote: what stands in the way, who is asked, and whose vote is whose."""

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.workflows.models import Status, Workflow
from tests.factories import (
    latest_audit,
    make_council,
    make_type,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.workflows.test_api import URL, body


def test_what_cannot_be_opened_at_once_is_not_proposed_either(api, olga, bot):
    alone = make_type(make_council(olga), bot)

    response = api.with_key(olga).post(URL, json=body(alone, open=True))

    assert (response.status_code, response.json["code"]) == (409, "no_eligible_voters")
    assert "Add members to the council" in response.json["detail"]
    assert db.session.scalar(select(func.count(Workflow.id))) == 0
    refused = latest_audit()
    assert (refused.action, refused.result) == ("workflow.write", "refused")


def test_proposing_and_opening_are_two_entries_of_the_trail(api, uma, type_):
    api.with_key(uma).post(URL, json=body(type_, open=True))

    entries = select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2)
    opened, proposed = db.session.scalars(entries)
    assert (proposed.action, opened.action) == ("workflow.write", "workflow.open")
    tables = [{each.split("/")[0] for each in e.changes} for e in (proposed, opened)]
    assert "workflow_steps" in tables[0] - tables[1]
    assert "workflow_rounds" in tables[1] - tables[0]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ({"min_approvals": 9}, "rule_unsatisfiable"),
        ({"threshold": {"num": 3, "den": 2}}, "invalid_rule"),
    ],
)
def test_a_rule_that_cannot_be_used_opens_nothing(api, uma, ada, olga, bot, rule, code):
    council = make_council(ada, olga, rule=rule_of(**rule))
    workflow = propose(uma, make_type(council, bot))

    response = api.with_key(uma).post(f"{URL}/{workflow.id}/round")

    assert (response.status_code, response.json["code"]) == (409, code)
    assert workflow.status is Status.DRAFT


def test_a_key_is_its_voters_own(uma, ada, olga, type_):
    workflow = open_vote(uma, type_)

    mine, theirs = (vote(workflow, each, key="first") for each in (ada, olga))

    assert (mine.user_id, theirs.user_id) == (ada.id, olga.id)


@pytest.mark.parametrize("absence", ["watches", "was deactivated", "may not vote"])
def test_only_who_may_vote_is_asked(uma, ada, olga, bot, absence):
    council = make_council(ada, olga)
    if absence == "watches":
        council.members[0].weight = 0
    elif absence == "was deactivated":
        ada.is_active = False
    else:
        ada.role = Role.VIEWER
    stored(council)

    workflow = open_vote(uma, make_type(council, bot))

    assert [voter.user_id for voter in workflow.round.voters] == [olga.id]
