"""What oversight makes of real proposals, at their opening."""

import pytest

from dashboard.oversight.judging import judgement_of
from dashboard.workflows.models import Status
from tests.factories import (
    make_agent,
    make_bot,
    make_council,
    make_type,
    open_vote,
    propose,
)
from tests.oversight.stage import block, make_routed_type, restrict


@pytest.fixture
def council(ada, olga, otto):
    return make_council(
        ada, olga, otto, name="Release", savings_threshold=500, domains=["commerce"]
    )


@pytest.fixture
def type_(council, uma):
    return make_type(council, make_bot(uma), name="Sweep")


@pytest.mark.parametrize(
    ("savings", "status"),
    [(499, Status.APPROVED), (500, Status.OPEN), (None, Status.OPEN)],
)
def test_the_threshold_decides_whether_a_vote_opens(uma, type_, savings, status):
    workflow = open_vote(uma, type_, weekly_savings=savings)

    assert workflow.status is status
    assert workflow.round.oversight["reasons"][-1]["have"] == savings


def test_a_blocked_type_is_rejected_with_the_councils_reason(uma, council, type_):
    block(council, type_, "Not before the audit")

    workflow = open_vote(uma, type_)

    assert (workflow.status, workflow.status_reason) == ("rejected", "type_blocked")
    assert "Not before the audit" in workflow.round.oversight["verdict"]


def test_a_restricted_agent_is_rejected_and_a_person_alone_is_not(uma, type_):
    agent = restrict(make_agent("Scout"), type_, "It swept too much")

    asked = open_vote(uma, type_, agent_id=agent.id)
    alone = open_vote(uma, type_)

    assert (asked.status, asked.status_reason) == ("rejected", "agent_restricted")
    assert alone.status is Status.OPEN


def test_a_proposal_is_routed_by_domain_and_keeps_why(uma, council):
    type_ = make_routed_type(make_bot(uma), domain="commerce.pricing")

    workflow = propose(uma, type_)

    assert workflow.council_id == council.id
    assert workflow.routing["reasons"][-1] == (
        "Release has commerce, the closest domain above: it decides."
    )


def test_judging_costs_one_statement(uma, type_, statements):
    workflow = propose(uma, type_, agent_id=make_agent().id)
    assert workflow.council
    assert workflow.type.name
    assert workflow.agent.name
    statements.clear()

    judgement_of(workflow)

    assert len(statements) == 1
