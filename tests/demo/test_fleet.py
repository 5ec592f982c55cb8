"""The demo's bots at work by themselves: what fails, what stopped, what they reach."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.grants.models import Grant, GrantState, StoredSecret
from dashboard.hooks.models import Hook, HookCall
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.runs.blame import blame_for
from dashboard.runs.models import Execution, Run, RunStatus, Trigger
from dashboard.users.models import account
from dashboard.webhooks.jobs import MOST_ATTEMPTS
from dashboard.webhooks.models import Delivery, DeliveryStatus, Endpoint, Event
from dashboard.workflows.models import Status

pytestmark = pytest.mark.usefixtures("told")


def named(model, name):
    return db.session.scalars(select(model).where(model.name == name)).one()


def runs_of(bot):
    wanted = select(Run).where(Run.bot_id == bot.id).order_by(Run.id)
    return db.session.scalars(wanted).all()


@pytest.fixture
def opened(app):
    def read(username, url):
        page = app.test_client().as_(account(username)).get(url)
        assert page.status_code == 200, url
        return page.text

    return read


def test_versions_that_worked_are_called_known_good():
    wanted = select(Bot.name, BotVersion.number).join(BotVersion.bot)
    good = db.session.execute(wanted.where(BotVersion.label == "known good")).all()

    assert sorted(good) == [("Reply times", 6), ("SSH break-in report", 3)]


def test_a_bot_fails_since_its_seventh_version_and_no_run_before_did():
    bot = named(Bot, "Reply times")
    by_version = [(run.steps[0].version.number, run.status) for run in runs_of(bot)]
    bad = [number for number, status in by_version if status is RunStatus.FAILED]

    assert bad == [7, 7, 7, 7]
    assert {status for number, status in by_version if number < 7} == {
        RunStatus.COMPLETED
    }
    assert BotVersion.active_of(bot.id).number == 7
    assert not bot.is_quarantined


def test_its_first_failure_names_the_two_versions(opened):
    failed = [run for run in runs_of(named(Bot, "Reply times")) if run.error]
    blame = blame_for(failed[0])

    assert (blame.good, blame.bad, blame.failures) == (6, 7, 0)
    assert "/diff?from=6&amp;to=7" in opened("lena", f"/runs/{failed[0].id}")


def test_a_failed_run_was_tried_again_and_looked_into():
    again = db.session.scalars(select(Run).where(Run.retry_of_id.is_not(None))).one()

    assert again.retry_of.status is again.status is RunStatus.FAILED
    assert again.steps[0].bot_version_id == again.retry_of.steps[0].bot_version_id
    assert (again.is_unacknowledged, again.acknowledged_by.name) == (
        False,
        "Lena Okafor",
    )
    assert "roll back" in again.acknowledgement
    assert again.retry_of.is_unacknowledged


def test_several_failed_runs_wait_for_somebody_to_look(opened):
    waiting = select(func.count(Run.id)).where(Run.is_unacknowledged)

    assert db.session.scalar(waiting) >= 5
    assert "Reply times" in opened("lena", "/runs/?unacknowledged=1")


def test_a_bot_is_in_quarantine_and_was_once_released(opened):
    bot = named(Bot, "Courier tracking")
    wanted = select(Incident).where(Incident.bot_id == bot.id).order_by(Incident.id)
    released, opened_now = db.session.scalars(wanted)

    assert bot.is_quarantined
    assert (opened_now.acknowledged_at, opened_now.resolved_at) == (None, None)
    assert released.acknowledged_at < released.resolved_at < opened_now.opened_at
    assert "new column" in released.note or "column more" in released.note
    assert [run.status for run in runs_of(bot)[-5:]] == [RunStatus.FAILED] * 5
    assert opened_now.summary in opened("lena", "/incidents/")


def test_a_signed_call_started_a_bot_twice_and_another_hook_is_off():
    on, off = named(Hook, "Forecast"), named(Hook, "Forecast of the old desk")
    calls = db.session.scalars(select(HookCall)).all()
    runs = [db.session.get(Run, call.run_id) for call in calls]

    assert {call.hook_id for call in calls} == {on.id}
    assert [(run.status, run.trigger) for run in runs] == [
        (RunStatus.COMPLETED, Trigger.HOOK)
    ] * 2
    assert (on.is_on, off.is_on, off.last_called_at) == (True, False, None)


def test_the_chat_was_told_of_all_but_a_test_that_was_given_up():
    chat = named(Endpoint, "Team chat")
    wanted = select(Delivery).where(Delivery.endpoint_id == chat.id)
    failed, *arrived = db.session.scalars(wanted.order_by(Delivery.id)).all()

    assert (failed.event, failed.status) == (Event.TEST, DeliveryStatus.FAILED)
    assert (failed.attempts, failed.answer) == (MOST_ATTEMPTS, 400)
    assert {each.status for each in arrived} == {DeliveryStatus.DELIVERED}
    assert {each.event for each in arrived} == {
        Event.WORKFLOW_DECIDED,
        Event.INCIDENT_OPENED,
    }


def test_nothing_is_left_to_send_to_anybody_outside():
    pending = select(Delivery.id).where(Delivery.status == DeliveryStatus.PENDING)
    on = select(Endpoint.id).where(Endpoint.is_on)

    assert db.session.scalars(pending).all() == []
    assert db.session.scalars(on).all() == []


def test_an_endpoint_that_was_given_up_was_switched_off_with_an_incident(opened):
    books = named(Endpoint, "Bookkeeping")
    wanted = select(Incident).where(Incident.kind == IncidentKind.ENDPOINT)
    incident = db.session.scalars(wanted).one()

    assert "It answered 410" in books.why_off
    assert incident.endpoint_id == books.id
    assert "Bookkeeping" in opened("mara", "/webhooks/")


def test_one_grant_holds_one_was_revoked_and_one_is_under_vote(called):
    revoked, holding = db.session.scalars(select(Grant).order_by(Grant.id))
    asked = called("Grant the secret CRM_TOKEN to Ticket digest")

    assert holding.state_at(now()) is GrantState.IN_FORCE
    assert holding.until > now() + timedelta(days=80)
    assert revoked.state_at(now()) is GrantState.REVOKED
    assert "repository" in revoked.revoke_reason
    assert {holding.workflow.status, revoked.workflow.status} == {Status.COMPLETED}
    assert (asked.status, len(asked.round.live_votes)) == (Status.OPEN, 1)
    assert asked.type.decides_grants


def test_a_secret_is_kept_and_its_name_alone_is_shown(opened):
    secret = named(StoredSecret, "CRM_TOKEN")

    assert secret.sealed_value not in opened("mara", "/secrets/")


def test_bots_of_every_trigger_ran():
    triggers = set(db.session.scalars(select(Run.trigger).distinct()))
    steps = select(func.count(Execution.id))

    assert triggers == set(Trigger)
    assert 140 < db.session.scalar(steps) < 250


@pytest.mark.parametrize("username", ["mara", "lena", "victor"])
def test_every_page_of_the_fleet_opens(opened, username):
    for url in ("/schedules/", "/incidents/", "/bots/", "/runs/"):
        assert opened(username, url)
    for bot in db.session.scalars(select(Bot).where(Bot.owner.has(username=username))):
        assert bot.name in opened(username, f"/bots/{bot.id}")
