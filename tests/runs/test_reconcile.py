"""What becomes of a run whose worker is gone, or that somebody stopped."""

from threading import Event, Thread
from time import monotonic

import pytest

from dashboard.audit import AuditEntry, Result
from dashboard.bots.models import RunPolicy
from dashboard.clock import now
from dashboard.errors import Denied, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.actions import cancel_run, start_bot
from dashboard.runs.claim import claim
from dashboard.runs.ending import begin
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus, Trigger
from dashboard.runs.reconcile import MOST_ATTEMPTS, reconcile
from dashboard.runs.steps import prepare
from dashboard.workflows.models import Status
from tests.factories import latest_audit, make_bot, make_run, make_user
from tests.runs.stage import (
    again,
    approved,
    events,
    in_background,
    lapse,
    log_of,
    processes_with,
    wait_for,
)

SLOW = (
    "import time\ndef run(inputs):\n    print('began', flush=True)\n"
    "    time.sleep(30)\n    return {}\n"
)


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


def test_a_step_that_must_not_be_repeated_is_left_for_people(uma):
    run = approved(uma, make_bot(uma, config={"retry": "never"}))
    execute_until_lost(run)

    reconcile()

    again(run)
    assert run.status is RunStatus.NEEDS_REVIEW
    assert again(run.steps[0]).status is StepStatus.LOST
    assert "must not be repeated" in run.error
    workflow = again(run.workflow)
    assert (workflow.status, workflow.status_reason) == (Status.FAILED, "lost")
    assert not execute(run.id)


def test_a_step_that_must_not_be_repeated_but_never_began_is_run(uma):
    run = make_run(make_bot(uma, config={"retry": "never"}))
    claim(run.id, "gone")
    lapse(run)

    reconcile()

    assert execute(run.id)
    assert again(run).status is RunStatus.COMPLETED


def test_after_five_lost_workers_the_run_fails(uma):
    run = approved(uma, make_bot(uma))
    for _ in range(MOST_ATTEMPTS):
        assert again(run).status is RunStatus.QUEUED
        execute_until_lost(run)
        reconcile()

    again(run)
    assert run.status is RunStatus.FAILED
    assert run.error.startswith("The worker was lost five times.")
    assert again(run.workflow).status_reason == "lost"


def test_a_committed_step_is_not_repeated_after_the_worker_was_lost(uma, app):
    first = make_bot(uma, "def run(inputs):\n    return {'n': 1}\n")
    second = make_bot(uma, SLOW.replace("30", "3"))
    run = make_run(first, second)
    worker = in_background(app, run)
    wait_for(lambda: log_of(run.steps[1]) == ["began"])
    lapse(run)
    reconcile()
    worker.join(20)

    execute(run.id)

    again(run)
    assert run.status is RunStatus.COMPLETED
    assert [again(step).attempt for step in run.steps] == [1, 2]
    assert log_of(run.steps[1]) == [
        "began",
        "--- Started again (attempt 2). ---",
        "began",
    ]


def test_a_run_that_waits_is_cancelled_at_once(uma):
    run = approved(uma, make_bot(uma))

    cancel_run(uma, run)

    assert again(run).status is RunStatus.CANCELLED
    workflow = again(run.workflow)
    assert workflow.status is Status.CANCELLED
    assert workflow.status_reason == "cancelled"
    assert events(run) == ["run.cancel", "end"]
    assert not execute(run.id)


def test_a_running_bot_and_its_processes_are_gone_within_two_seconds(uma, app):
    run = approved(uma, make_bot(uma, SLOW))
    key = f"{run.id}/1"
    ordered = monotonic()
    worker = in_background(app, run)
    wait_for(lambda: log_of(run.steps[0]) == ["began"])
    slow = monotonic() - ordered  # what takes long to begin may take as long to end
    assert processes_with(key)

    guardian = make_user("Ada")
    started = monotonic()
    cancel_run(guardian, again(run), "It sends too much")
    wait_for(lambda: not processes_with(key))
    worker.join(10)

    assert monotonic() - started < max(2, 2 * slow)
    again(run)
    assert run.status is RunStatus.CANCELLED
    assert again(run.steps[0]).status is StepStatus.CANCELLED
    assert again(run.workflow).status_reason == "emergency_stop"


def test_a_lost_run_that_somebody_stopped_is_cancelled(uma):
    run = make_run(make_bot(uma))
    execute_until_lost(run)
    cancel_run(uma, again(run))
    assert again(run).status is RunStatus.RUNNING
    lapse(run)

    reconcile()

    assert again(run).status is RunStatus.CANCELLED


def test_what_is_over_cannot_be_stopped_and_the_attempt_is_written_down(uma):
    run = make_run(make_bot(uma), status=RunStatus.COMPLETED, ended_at=now())

    with pytest.raises(RuleBroken, match="is over"):
        cancel_run(uma, run)

    assert latest_audit().result is Result.REFUSED


def test_only_those_who_answer_for_a_run_stop_it(uma):
    run = make_run(make_bot(uma))
    olga = make_user("Olga", role=Role.COUNCIL_OPERATOR)

    with pytest.raises(Denied):
        cancel_run(olga, run)

    assert again(run).cancel_requested_at is None


def test_a_worker_that_leaves_hands_its_run_back(uma, app):
    run = make_run(make_bot(uma, SLOW.replace("30", "2")))
    leaving = Event()

    def work(run_id=run.id):
        with app.app_context():
            execute(run_id, leaving)

    worker = Thread(target=work)
    worker.start()
    wait_for(lambda: log_of(run.steps[0]) == ["began"])
    leaving.set()
    worker.join(10)

    again(run)
    assert (run.status, run.attempt, run.token) == (RunStatus.QUEUED, 0, None)
    assert execute(run.id)
    assert again(run).status is RunStatus.COMPLETED
    assert db.session.query(AuditEntry).count() == len(events(run))


def test_a_bot_started_by_hand_is_pinned_to_its_active_version(uma):
    bot = make_bot(uma, run_policy=RunPolicy.OWNER)

    run = start_bot(uma, bot, {"n": 1}, {"a.txt": b"a"}, Trigger.PERSON)

    assert run.started_by_id == uma.id
    assert [step.version_number for step in run.steps] == [1]
    assert [file.name for file in run.files] == ["a.txt"]
    assert latest_audit().action == "bot.run"
    execute(run.id)
    assert again(run).output == {"echo": {"n": 1}}


def test_a_bot_that_needs_a_vote_is_not_started_by_hand(uma):
    with pytest.raises(Denied):
        start_bot(uma, make_bot(uma), {}, {}, Trigger.PERSON)


def execute_until_lost(run):
    """A worker that took the run, began its step, and died."""
    taken = claim(run.id, "gone")
    assert begin(taken)
    prepare(taken)
    if again(run).cancel_requested_at is None:
        lapse(run)
