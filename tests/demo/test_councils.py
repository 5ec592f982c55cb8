"""How the demo's councils are run: rules, oversight, governance, freezes, health."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.agents.models import Restriction
from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.councils.standing import digest_of
from dashboard.extensions import db
from dashboard.freezes.models import Freeze, Scope
from dashboard.metrics.models import WorkflowMetric
from dashboard.metrics.reports import health_of
from dashboard.oversight.questions import who_decides
from dashboard.runs.models import Run
from dashboard.users.models import account
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Status, Workflow
from dashboard.workflows.rules import Counts, Rule, Trigger, in_force

pytestmark = pytest.mark.usefixtures("told")
COUNCILS = ("Payments", "Content", "Safety")


def council(name):
    return db.session.scalars(select(Council).where(Council.name == name)).one()


def type_called(name):
    wanted = select(WorkflowType).where(WorkflowType.name == name)
    return db.session.scalars(wanted).one()


def test_payments_asks_for_two_thirds_one_of_them_from_finance():
    rule = Rule.model_validate(council("Payments").rule)

    assert (rule.threshold.num, rule.threshold.den) == (2, 3)
    assert rule.required_roles == {"finance": 1}
    assert rule.quorum.counts is Counts.APPROVE_ABSTAIN
    assert rule.late_extension.trigger is Trigger.FLIP
    assert rule.late_extension.seconds > 0


def test_safety_has_a_veto_and_a_day_before_anybody_is_locked_out():
    safety, blocking = council("Safety"), type_called("Firewall block list")
    rule = in_force(safety.rule, blocking.rule)

    assert [seat.user.username for seat in safety.members if seat.can_veto] == ["priya"]
    assert rule.timelock == 86_400
    assert rule.min_open == 7_200


def test_every_council_has_its_field_and_one_type_is_routed_by_it():
    pages = type_called("Help centre release")
    found = who_decides(pages)

    assert {name: council(name).domains for name in COUNCILS} == {
        "Payments": ["payments"],
        "Content": ["content"],
        "Safety": ["safety"],
    }
    assert pages.council_id is None
    assert found.council.name == "Content"
    assert "content.help" in found.reasons[0]


def test_a_type_is_blocked_and_an_agent_is_kept_from_another_for_a_reason():
    [blocked] = council("Content").blocked_types
    [kept] = db.session.scalars(select(Restriction))

    assert (blocked.type.name, "unsubscribe" in blocked.reason) == (
        "Mass mailing",
        True,
    )
    assert (kept.type.name, "Ledger" in kept.reason) == ("Refund batch", True)


def test_changes_of_payments_are_decided_by_safety(called):
    payments = council("Payments")
    change = db.session.scalars(
        select(Workflow)
        .join(Workflow.type)
        .where(WorkflowType.name == "Change of a council")
        .where(Workflow.status == Status.COMPLETED)
    ).one()
    run = db.session.scalars(select(Run).where(Run.workflow_id == change.id)).one()

    assert payments.charter.type.council.name == "Safety"
    assert change.change["wanted"]["rule"]["min_approvals"] == 2
    assert payments.rule["min_approvals"] == 2
    assert run.steps == []
    assert run.started_at - change.round.decided_at > timedelta(hours=1)


def test_a_seat_on_payments_is_being_voted_on():
    change = db.session.scalars(
        select(Workflow)
        .join(Workflow.type)
        .where(WorkflowType.name == "Change of a council")
        .where(Workflow.status == Status.OPEN)
    ).one()
    jonas, payments = account("jonas"), council("Payments")
    seated = {each["user_id"] for each in change.change["wanted"]["members"]}

    assert change.council.name == "Safety"
    assert change.change["before"] == digest_of(payments)
    assert not payments.has_member(jonas)
    assert str(jonas.id) in seated
    assert any("Jonas" in str(line) for line in change.change["summary"])


def test_an_agent_was_frozen_until_yesterday_and_nothing_is_now(called):
    [freeze] = db.session.scalars(select(Freeze))
    waited = called("Break-in report for the backup host")
    run = db.session.scalars(select(Run).where(Run.workflow_id == waited.id)).one()
    ago = now() - freeze.lifted_at

    assert (freeze.scope, freeze.agent.name) == (Scope.AGENT, "Sentinel")
    assert freeze.reason
    assert freeze.lift_reason
    assert timedelta(hours=12) < ago < timedelta(hours=48)
    assert freeze.frozen_at < waited.round.decided_at < freeze.lifted_at
    assert run.started_at > freeze.lifted_at


@pytest.mark.parametrize("name", COUNCILS)
def test_the_health_of_a_council_has_something_to_show(name):
    health = health_of(council(name), 90)
    span = [each.decided_at for each in health.taken]

    assert health.decided >= 12
    assert max(span) - min(span) > timedelta(days=45)
    assert health.approved
    assert health.rejected
    assert health.lapsed
    assert 0 < health.turnout < 100
    assert 0 < health.disagreement < 50
    assert len([each for each in health.spans if each.taken]) >= 6
    assert all(member.voted for member in health.members)


def test_every_run_of_a_decision_was_measured():
    measured = select(func.count()).where(WorkflowMetric.run_seconds.is_not(None))
    ended = select(func.count(Run.id)).where(
        Run.round_id.is_not(None), Run.started_at.is_not(None)
    )

    assert db.session.scalar(measured) == db.session.scalar(ended) > 15
