"""What stands in the receipts of real workflows, all of which have to be sound."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from dashboard.advice.models import Advice
from dashboard.audit import AuditEntry
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.receipts.writing import file_of, receipt_of
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.workflows import actions
from dashboard.workflows.schemas import WorkflowEdit
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    propose,
    rule_of,
    stored,
    vote,
)
from tests.receipts.stage import approved, asked, days_later, findings, receipt_in


def test_an_approval_is_told_from_the_proposal_to_the_trail(uma, ada, olga, otto):
    workflow = approved(uma, ada, olga, otto)

    receipt = receipt_in(workflow)

    assert receipt["proposal"]["number"] == workflow.number
    assert receipt["proposal"]["proposer"] == {"id": str(uma.id), "name": "Uma"}
    assert receipt["proposal"]["council"]["id"] == str(workflow.council_id)
    (round_,) = receipt["rounds"]
    assert (round_["outcome"], round_["reason"]) == ("approved", "passed")
    assert [each["user"]["name"] for each in round_["votes"]] == ["Ada", "Olga"]
    assert {each["user"]["name"] for each in round_["electorate"]} == {
        "Ada",
        "Olga",
        "Otto",
    }
    assert round_["content_hash"] == workflow.content_hash
    assert round_["explain"]["quorum"]["have"] == 2
    actions_told = [entry["action"] for entry in receipt["audit"]]
    assert actions_told[0] == "workflow.write"
    assert actions_told[-2:] == ["workflow.vote", "workflow.vote"]
    assert receipt["chain"]["seq"] >= receipt["audit"][-1]["seq"]


def test_entries_are_told_with_their_place_in_the_chain(uma, ada, olga, otto):
    workflow = approved(uma, ada, olga, otto)

    told = receipt_in(workflow)["audit"]

    wanted = select(AuditEntry).order_by(AuditEntry.seq)
    stored_ = {each.seq: each for each in db.session.scalars(wanted)}
    for entry in told:
        assert entry["hash"] == stored_[entry["seq"]].hash
        assert entry["prev_hash"] == stored_[entry["seq"]].prev_hash
        assert entry["changes"] == stored_[entry["seq"]].changes


def test_where_people_sat_is_not_handed_on(client, uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    url = f"/workflows/{workflow.id}/votes"
    browser = {"User-Agent": "Netscape 4"}
    for voter in (ada, olga):
        data = {"choice": "approve", "revision": 1}
        client.as_(voter).post(url, data=data, headers=browser)

    raw = file_of(workflow).decode()

    assert '"via": "web"' in raw
    assert '"127.0.0.1"' not in raw
    assert "Netscape" not in raw


def test_a_rejection(uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    for voter in (ada, olga):
        vote(workflow, voter, "reject")

    (round_,) = receipt_in(workflow)["rounds"]

    assert (round_["outcome"], round_["reason"]) == ("rejected", "threshold_not_met")
    assert round_["votes"][0]["reason"] == "Not like this."
    assert round_["ready_at"] is None


def test_a_vote_that_lapsed_at_its_deadline(uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    vote(workflow, ada)
    days_later(workflow)

    (round_,) = receipt_in(workflow)["rounds"]

    assert (round_["outcome"], round_["early"]) == ("lapsed", False)
    assert round_["decided_at"] == round_["closes_at"]


def test_what_took_no_vote(uma, ada):
    workflow = asked(uma, ada, review_actions=False)

    (round_,) = receipt_in(workflow)["rounds"]

    assert round_["reason"] == "no_review_required"
    assert round_["electorate"] == round_["votes"] == []


def test_a_revision_that_was_superseded_stays_with_its_votes(uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    vote(workflow, ada, "reject")
    actions.edit(uma, workflow, WorkflowEdit(title="Clean up less"), {})
    actions.open_voting(uma, workflow)
    for voter in (ada, olga):
        vote(workflow, voter)

    first, second = receipt_in(workflow)["rounds"]

    assert (first["outcome"], first["votes"][0]["choice"]) == ("superseded", "reject")
    assert first["content"]["title"] == "Clean up"
    assert (second["outcome"], second["content"]["title"]) == (
        "approved",
        "Clean up less",
    )


def test_a_change_of_mind_is_told_beside_the_vote_that_counts(uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    for choice in ("reject", "approve"):
        vote(workflow, ada, choice)
    vote(workflow, olga)

    (round_,) = receipt_in(workflow)["rounds"]

    first, second, _ = round_["votes"]
    assert (first["choice"], second["choice"]) == ("reject", "approve")
    assert first["superseded_at"] == second["cast_at"]
    assert round_["explain"]["R"] == 0


def test_a_voided_vote_is_told_with_who_and_why(uma, ada, olga, otto):
    guardian = make_user("Gwen", role=Role.ADMIN)
    workflow = asked(uma, ada, olga, otto)
    vote(workflow, ada, "reject")
    actions.void_vote(guardian, workflow, ada.id, "The account was taken over.")
    for voter in (olga, otto):
        vote(workflow, voter)

    (round_,) = receipt_in(workflow)["rounds"]

    assert round_["votes"][0]["voided_by"]["name"] == "Gwen"
    assert round_["votes"][0]["void_reason"] == "The account was taken over."
    assert round_["explain"]["R"] == 0


def test_a_deadline_that_late_votes_moved_is_played_again(uma, ada, olga, otto):
    late = {"seconds": 259_200, "trigger": "flip"}
    rule = rule_of(late_extension=late, early_decision="off")
    workflow = asked(uma, ada, olga, otto, rule=rule)
    for voter, choice in ((ada, "reject"), (olga, "approve"), (otto, "approve")):
        vote(workflow, voter, choice)
    days_later(workflow)

    (round_,) = receipt_in(workflow)["rounds"]

    assert round_["closes_at"] > round_["original_closes_at"]
    assert round_["outcome"] == "approved"


def test_advice_is_told_apart_from_the_votes(uma, ada, olga, otto):
    workflow = asked(uma, ada, olga, otto)
    round_ = workflow.round
    fields = {"revision": 1, "content_hash": round_.content_hash, "given_at": now()}
    stored(
        Advice(
            round_id=round_.id,
            agent_id=make_agent("Ledger").id,
            opinion="reject",
            confidence=70,
            reason="The list is old.",
            given_by_id=ada.id,
            **fields,
        )
    )
    for voter in (ada, olga):
        vote(workflow, voter)

    receipt = receipt_in(workflow)

    assert receipt["advice"][0]["agent"]["name"] == "Ledger"
    assert receipt["advice"][0]["confidence"] == 70
    assert len(receipt["rounds"][0]["votes"]) == 2


@pytest.mark.parametrize("begin", [propose, open_vote])
def test_before_a_decision_there_is_nothing_to_prove(uma, ada, begin):
    workflow = begin(uma, make_type(make_council(ada), make_bot(uma)))

    with pytest.raises(RuleBroken, match="nothing to prove yet"):
        receipt_of(workflow)


def test_the_same_is_told_twice_but_for_the_time(uma, ada, olga, otto):
    workflow = approved(uma, ada, olga, otto)

    first, second = (json.loads(file_of(workflow)) for _ in range(2))

    assert first["receipt"] == second["receipt"]
    assert {name for name in first if first[name] != second[name]} == {
        "digests",
        "issued_at",
        "signature",
    }


def test_a_receipt_takes_one_statement_for_each_table(
    client, uma, ada, olga, otto, statements
):
    few = asked(uma, ada, review_actions=False)
    many = asked(uma, ada, olga, otto)
    for revision in range(3):
        vote(many, ada, "abstain")
        actions.edit(uma, many, WorkflowEdit(title=f"Try {revision}"), {})
        actions.open_voting(uma, many)
    for voter in (ada, olga):
        vote(many, voter)

    urls = [f"/workflows/{workflow.id}/receipt" for workflow in (few, many)]
    browser, sent = client.as_(ada), []
    for url in urls:
        before = len(statements)
        browser.get(url)
        sent.append([s for s in statements[before:] if "clock_timestamp" not in s])

    tables = ("user_sessions", "workflows", "workflow_rounds", "workflow_round_voters")
    tables += ("workflow_votes", "workflow_advice", "runs", "audit_head")
    assert [len(each) for each in sent] == [len(tables), len(tables)]


def test_a_row_changed_behind_our_back_is_told(uma, ada, olga, otto):
    workflow = approved(uma, ada, olga, otto)
    votes = workflow.round.votes
    votes[0].cast_at -= timedelta(days=1)
    votes[1].choice = "reject"
    db.session.commit()

    found = findings(file_of(workflow))

    assert any("outside of the time for voting" in each for each in found)
    assert any("no audit entry records this vote" in each for each in found)
    assert any("nothing was decided yet at that moment" in each for each in found)


@pytest.mark.usefixtures("real_database")
def test_what_ran_is_told_with_its_digests():
    uma, ada = make_user("Uma", role=Role.USER), make_user("Ada")
    bot = make_bot(uma, "def run(inputs, files):\n    return {'done': True}\n")
    workflow = open_vote(uma, make_type(make_council(ada), bot, auto_run=True))
    vote(workflow, ada)
    run_id = db.session.scalar(select(Run.id).where(Run.workflow_id == workflow.id))
    execute(run_id)
    db.session.expire_all()

    receipt = receipt_in(workflow)

    (run,) = receipt["runs"]
    (step,) = run["steps"]
    assert (run["status"], step["status"]) == ("completed", "completed")
    assert step["content"] == receipt["rounds"][0]["content"]["steps"][0]["content"]
    assert step["output"] == run["output"]
    assert receipt["audit"][-1]["subject_type"] == "runs"
