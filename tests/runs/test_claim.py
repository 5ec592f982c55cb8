"""Who gets a run, who keeps it, and who is shut out."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest

from dashboard.clock import now
from dashboard.permissions import Role
from dashboard.runs.claim import claim, ready
from dashboard.runs.engine import execute
from dashboard.runs.fence import Lost, fenced, renew
from dashboard.runs.logs import LogWriter
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.runs.reconcile import reconcile
from dashboard.runs.steps import keep, prepare
from dashboard.sandbox import Ending, Outcome, OutputFile, Tier
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import again, lapse, log_of

LATER = timedelta(minutes=5)
DONE = Outcome(
    Ending.COMPLETED,
    "The bot completed.",
    Tier.BASE,
    output={"by": "zombie"},
    files=[OutputFile("a.txt", b"a")],
)


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


def test_of_eight_threads_one_gets_the_run(app, uma):
    run = make_run(make_bot(uma))
    got, start = [], Barrier(8)

    def try_to_claim(run_id=run.id):
        with app.app_context():
            start.wait()
            got.append(claim(run_id, "somebody"))

    threads = [Thread(target=try_to_claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(got) == 8
    assert len([each for each in got if each]) == 1
    assert again(run).attempt == 1


def test_a_run_waits_for_its_time(uma):
    run = make_run(make_bot(uma), available_at=now() + LATER)

    assert ready(10) == []
    assert claim(run.id, "somebody") is None


def test_the_longest_waiting_run_comes_first(uma):
    bot = make_bot(uma)
    younger = make_run(bot, available_at=now() - timedelta(seconds=5))
    older = make_run(bot, available_at=now() - timedelta(seconds=50))

    assert ready(10) == [older.id, younger.id]
    assert ready(1) == [older.id]
    assert ready(10, {older.id}) == [younger.id]


def test_a_run_that_somebody_called_off_is_not_claimed(uma):
    run = make_run(make_bot(uma), cancel_requested_at=now())

    assert ready(10) == []
    assert claim(run.id, "somebody") is None


def test_a_worker_whose_run_was_taken_over_writes_nothing(uma):
    run = make_run(make_bot(uma))
    stray = claim(run.id, "stray")
    plan = prepare(stray)
    log = LogWriter(stray, plan.execution_id, 0)
    lapse(run)
    assert reconcile() == 1

    log.write(b"from the grave\n")
    with pytest.raises(Lost):
        log.close()
    with pytest.raises(Lost):
        keep(stray, plan, DONE)
    assert not renew(run.id, stray.token)

    assert execute(run.id)
    with pytest.raises(Lost):
        keep(stray, plan, DONE)
    again(run)
    assert run.output == {"echo": {}}
    assert run.steps[0].files == []
    assert log_of(run.steps[0]) == ["--- Started again (attempt 2). ---"]


def test_a_failure_inside_the_fence_writes_nothing(uma):
    run = make_run(make_bot(uma))
    mine = claim(run.id, "mine")

    with pytest.raises(ZeroDivisionError), fenced(run.id, mine.token) as held:
        held.step = 1 // 0

    assert again(run).step == 0


def test_renewing_moves_the_lease_on(uma):
    run = make_run(make_bot(uma))
    mine = claim(run.id, "mine")
    lapse(run)

    assert renew(run.id, mine.token)
    assert again(run).lease_until > now()


def test_a_lapsed_lease_puts_the_run_back_and_its_step_too(uma):
    run = make_run(make_bot(uma))
    prepare(claim(run.id, "gone"))
    lapse(run)

    assert reconcile() == 1
    assert reconcile() == 0

    again(run)
    assert (run.status, run.token) == (RunStatus.QUEUED, None)
    assert again(run.steps[0]).status is StepStatus.QUEUED


def test_a_live_lease_is_left_alone(uma):
    run = make_run(make_bot(uma))
    claim(run.id, "busy")

    assert reconcile() == 0
    assert again(run).status is RunStatus.RUNNING
