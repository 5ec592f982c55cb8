"""What somebody queued who has no account any more does not begin."""

import pytest

from dashboard.extensions import db
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from tests.factories import make_bot, make_run
from tests.runs.stage import again, approved


def deactivated(user):
    user.is_active = False
    db.session.commit()


def test_a_run_of_a_deactivated_person_is_blocked_and_says_why(uma):
    run = make_run(make_bot(uma))
    deactivated(uma)

    execute(run.id)

    assert again(run).status is RunStatus.BLOCKED
    assert run.error == "Uma, who started it, has no active account any more."
    assert run.steps[0].status is StepStatus.QUEUED
    assert run.is_unacknowledged


def test_what_a_council_approved_runs_all_the_same(uma):
    run = approved(uma, make_bot(uma))
    deactivated(uma)

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED


@pytest.mark.parametrize("is_active", [True, False])
def test_a_run_that_nobody_started_asks_for_nobody(uma, is_active):
    run = make_run(make_bot(uma), started_by=uma)
    run.started_by_id = None
    uma.is_active = is_active
    db.session.commit()

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED
