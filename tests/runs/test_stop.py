"""A stop ends everything that a bot has started, wherever that has hidden."""

from time import monotonic

import pytest

from dashboard.permissions import Role
from dashboard.runs.actions import cancel_run
from dashboard.runs.models import RunStatus, StepStatus
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import again, in_background, processes_with, wait_for

PLANTS = """
import os, time

def run(inputs):
    for _ in range(3):
        if os.fork() == 0:
            os.setsid()
            os.fork()
            time.sleep(300)
    time.sleep(300)
"""
TREE = 7
"""The bot, three children in sessions of their own, and a child of each."""


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


def test_the_whole_tree_of_processes_is_gone_within_two_seconds(app, uma, monkeypatch):
    monkeypatch.setitem(app.config, "SANDBOX_TIER", "base")
    run = make_run(make_bot(uma, PLANTS))
    mark = f"{run.id}/1"  # the key that every process of this step carries
    worker = in_background(app, run)
    wait_for(lambda: len(processes_with(mark)) >= TREE)

    asked_at = monotonic()
    cancel_run(uma, again(run))
    wait_for(lambda: not processes_with(mark), 10)
    took = monotonic() - asked_at

    worker.join(20)
    assert took < 2, f"{took:.2f} s"
    assert again(run).status is RunStatus.CANCELLED
    assert run.steps[0].status is StepStatus.CANCELLED
