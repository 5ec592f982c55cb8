"""A bot that fails rests, longer each time, and is put into quarantine at last."""

from datetime import timedelta
from threading import Thread

import pytest
from sqlalchemy import func, select

from dashboard.audit import AuditEntry
from dashboard.bots.models import BotStatus
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.runs.brake import waits_for
from dashboard.runs.claim import claim, ready
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.runs.supervision import OWN_DOING
from tests.factories import latest_audit, make_bot, make_run, make_user, stored
from tests.incidents.stage import (
    ERROR,
    concluded,
    ended,
    fail,
    incident_of,
    quarantined,
    rested,
    stepped,
)
from tests.runs.stage import again, approved, begun, in_background, steps_of, wait_for

FAILS = "def run(inputs, files):\n    raise ValueError('no such customer')\n"


@pytest.fixture
def bot(ada):
    return make_bot(ada, name="Sync CRM")


def test_each_failure_doubles_the_rest_up_to_a_minute(bot):
    at = now()

    rests = []
    for _ in range(7):
        fail(bot, at=at)
        rests.append((again(bot).resume_at - at).total_seconds())

    assert rests == [2, 4, 8, 16, 32, 60, 60]
    assert bot.failures_in_row == 7


@pytest.mark.parametrize("status", sorted(OWN_DOING))
def test_whatever_is_the_bots_own_doing_counts(bot, status):
    fail(bot, status=status)

    assert again(bot).failures_in_row == 1


@pytest.mark.parametrize(
    "status", [StepStatus.LOST, StepStatus.CANCELLED, StepStatus.REFUSED]
)
def test_what_is_not_its_doing_changes_nothing(bot, status):
    fail(bot, 2)
    until = again(bot).resume_at

    fail(bot, status=status)

    assert (again(bot).failures_in_row, bot.resume_at) == (2, until)


def test_a_healthy_run_ends_the_streak(bot):
    fail(bot, 4)

    ended(begun(make_run(bot)), StepStatus.COMPLETED)

    assert (again(bot).failures_in_row, bot.resume_at) == (0, None)
    assert (bot.runs_total, bot.runs_completed) == (5, 1)


def test_a_run_that_went_well_and_then_failed_starts_a_new_streak(bot):
    fail(bot, 4)
    run = begun(make_run(bot, bot))

    ended(run, StepStatus.COMPLETED, StepStatus.FAILED)

    assert again(bot).failures_in_row == 1
    assert not bot.is_quarantined


def test_each_bot_of_a_run_answers_for_its_own_steps(ada, bot):
    other = make_bot(ada)
    fail(bot, 2)

    ended(begun(make_run(bot, other)), StepStatus.COMPLETED, StepStatus.CRASHED)

    assert (again(bot).failures_in_row, again(other).failures_in_row) == (0, 1)


def test_the_fifth_failure_in_a_row_is_one_too_many(bot):
    runs = fail(bot, 4)
    assert not again(bot).is_quarantined

    runs += fail(bot)

    incident = incident_of(bot)
    assert again(bot).is_quarantined
    assert incident.kind is IncidentKind.QUARANTINE
    assert incident.run_id == runs[-1].id
    assert incident.summary == "Sync CRM failed five times in a row."


def test_a_sixth_failure_opens_no_second_incident(bot):
    late = begun(make_run(bot))
    quarantined(bot)

    ended(late, StepStatus.FAILED)

    assert latest_audit().subject_id == late.id
    assert db.session.scalar(select(func.count(Incident.id))) == 1


def test_quarantine_stands_in_the_audit_trail_beside_the_run(bot):
    run = fail(bot, 5)[-1]

    of_run, of_bot = db.session.scalars(
        select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(2)
    ).all()[::-1]
    assert (of_run.action, of_run.subject_id) == ("run.write", run.id)
    assert of_run.changes[f"runs/{run.id}"]["status"] == ["running", "failed"]
    assert (of_bot.action, of_bot.subject_id) == ("bot.write", bot.id)
    assert of_bot.actor_name == "Quorum"
    assert of_bot.detail["event"] == "quarantine"
    assert "quarantined_at" in of_bot.changes[f"bots/{bot.id}"]
    assert f"runs/{run.id}" not in of_bot.changes


def test_nothing_takes_a_run_of_a_bot_in_quarantine(bot):
    run = make_run(bot)
    quarantined(bot)

    assert claim(run.id, "one") is None
    assert run.id not in ready(10)
    assert waits_for(again(run)).startswith("Waits: Sync CRM is in quarantine")


def test_a_run_waits_until_its_bot_has_rested(bot):
    run = make_run(bot)
    fail(bot, 3, at=now() + timedelta(minutes=1))
    assert claim(run.id, "one") is None
    assert again(bot).resume_at > now()
    assert "Sync CRM failed and rests until" in waits_for(again(run))

    rested(bot)

    assert claim(run.id, "one")
    assert waits_for(again(run)) is None


def test_the_bots_of_others_start_meanwhile(ada, bot):
    quarantined(bot)
    run = make_run(make_bot(ada))

    assert run.id in ready(10)
    assert waits_for(run) is None


def test_an_approval_waits_for_the_bot_it_needs_last(ada, bot):
    run = approved(ada, make_bot(ada), bot)
    quarantined(bot)

    assert execute(run.id) is False
    assert again(run).status is RunStatus.QUEUED
    assert all(step.status is StepStatus.QUEUED for step in run.steps)


def test_a_bot_that_is_switched_off_still_blocks(ada, bot):
    run = make_run(bot)
    bot.status = BotStatus.INACTIVE
    stored(bot)

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert again(bot).failures_in_row == 0


def test_a_worker_counts_what_really_failed(ada):
    bot = make_bot(ada, FAILS)
    run = make_run(bot)

    execute(run.id)

    assert again(bot).failures_in_row == 1
    assert bot.resume_at == again(run).ended_at + timedelta(seconds=2)


def test_of_failures_at_the_same_moment_each_counts(app, real_database):
    bot = make_bot(make_user())
    fail(bot, 1)
    runs = [begun(make_run(bot)) for _ in range(4)]
    for run in runs:
        stepped(run, StepStatus.FAILED)

    def end(run_id):
        with app.app_context():
            concluded(run_id, StepStatus.FAILED)

    threads = [Thread(target=end, args=[run.id]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (again(bot).failures_in_row, bot.is_quarantined) == (5, True)
    assert db.session.scalar(select(func.count(Incident.id))) == 1


def test_the_error_is_left_to_those_who_see_the_run(bot):
    assert ERROR not in quarantined(bot).summary


def test_a_quarantine_between_two_steps_hands_the_run_back(app, real_database):
    ada = make_user()
    waits = "import time\ndef run(inputs, files):\n    time.sleep(1)\n    return {}\n"
    bot = make_bot(ada)
    run = approved(ada, make_bot(ada, waits), bot)
    thread = in_background(app, run)
    wait_for(lambda: steps_of(run)[0].status is StepStatus.RUNNING)

    quarantined(bot)
    thread.join()

    first, second = again(run).steps
    assert (run.status, run.attempt) == (RunStatus.QUEUED, 0)
    assert (again(first).status, again(second).status) == (
        StepStatus.COMPLETED,
        StepStatus.QUEUED,
    )
