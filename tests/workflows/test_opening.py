"""Opening a vote: what stands in the way, who is asked, and whose vote is whose."""

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.councils.models import Council
from dashboard.errors import Denied, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.workflows import actions
from dashboard.workflows.models import Status, Workflow, WorkflowStep
from tests.factories import (
    latest_audit,
    make_council,
    make_type,
    make_version,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.workflows.test_api import URL, body

SECOND = "def run(inputs, files):\n    return {'second': True}\n"


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


def test_a_rule_that_lets_the_proposer_vote_still_asks_for_a_seat(ada, olga, otto, bot):
    council = make_council(ada, otto, rule=rule_of(exclude=[]), name="Safety")
    workflow = open_vote(olga, make_type(council, bot))

    with pytest.raises(Denied, match="You had no voting seat on Safety"):
        vote(workflow, olga)


def behind_its_back(draft, version, council):
    """Another request commits while this one still holds what it read before."""
    pinned = sa.update(WorkflowStep).where(WorkflowStep.workflow_id == draft.id)
    ruled = sa.update(Council).where(Council.id == council.id)
    for change in (
        pinned.values(bot_version_id=version.id),
        ruled.values(rule=rule_of("any_two")),
    ):
        db.session.execute(change.execution_options(synchronize_session=False))
    db.session.commit()


def test_what_is_frozen_is_what_is_stored_and_not_what_was_read_before(
    uma, type_, bot, council
):
    draft = propose(uma, type_)
    read_before = (draft.steps[0].version.number, draft.council.rule)
    behind_its_back(draft, make_version(bot, SECOND), council)
    assert (draft.steps[0].version.number, draft.council.rule) == read_before

    round_ = actions.open_voting(uma, draft)

    assert round_.content["steps"][0]["version"] == 2
    assert round_.frozen_rule.min_approvals == 2


def test_a_draft_is_opened_at_the_council_that_is_responsible_by_now(
    uma, ada, olga, otto, type_
):
    draft = propose(uma, type_)
    type_.council_id = make_council(ada, olga, otto, name="Strict").id
    stored(type_)

    actions.open_voting(uma, draft)

    assert (draft.council.name, draft.routing["reasons"]) == (
        "Strict",
        ["Sweep names Strict itself."],
    )


def test_a_draft_nobody_is_responsible_for_any_more_is_not_opened(uma, type_):
    draft = propose(uma, type_)
    type_.council = None
    stored(type_)

    with pytest.raises(RuleBroken, match="No council is responsible for Sweep") as no:
        actions.open_voting(uma, draft)
    assert (no.value.code, draft.status) == ("no_eligible_voters", Status.DRAFT)
