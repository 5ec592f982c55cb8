"""Bots that mean harm: each is stopped, and its run says how."""

import pytest

from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.runs.models import RunStatus, StepStatus
from dashboard.sandbox import Tier, evidence
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import again, in_background, wait_for


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


HOSTILE = {
    "loops": (
        "def run(inputs):\n    while True: pass\n",
        {"cpu_seconds": 1, "wall_seconds": 20},
        "cpu_limit",
        "used all of its 1 seconds of processor time",
    ),
    "sleeps": (
        "import time\ndef run(inputs):\n    time.sleep(60)\n",
        {"wall_seconds": 1},
        "timed_out",
        "still running after 1 seconds",
    ),
    "forks": (
        "import os\ndef run(inputs):\n    while True: os.fork()\n",
        {},
        "denied",
        "tried to start or signal another process",
    ),
    "eats memory": (
        "def run(inputs):\n    kept = []\n    while True: kept.append('x' * 10**7)\n",
        {"memory_mb": 96},
        "memory_limit",
        "needed more than its 96 MiB",
    ),
    "floods": (
        "def run(inputs):\n    while True: print('x' * 10**4)\n",
        {"log_kb": 16},
        "output_limit",
        "printed more than",
    ),
    "fills the disk": (
        "def run(inputs):\n    while True: open('big', 'ab').write(b'x' * 10**6)\n",
        {"disk_mb": 2},
        "disk_limit",
        "wrote more than its 2 MiB",
    ),
    "returns nonsense": (
        "def run(inputs):\n    return {'share': float('nan')}\n",
        {},
        "bad_result",
        "result cannot be used",
    ),
    "leaves": (
        "import os\ndef run(inputs):\n    os._exit(0)\n",
        {},
        "crashed",
        "ended without a result",
    ),
    "opens a socket": (
        "import socket\n"
        "def run(inputs):\n    socket.create_connection(('127.0.0.1', 5432))\n",
        {},
        "denied",
        "tried to open a network connection",
    ),
}
NEEDS_LOCKDOWN = {"forks", "opens a socket"}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_bot_ends_in_its_own_status_with_a_sentence(uma, kind):
    if kind in NEEDS_LOCKDOWN and evidence().tier is Tier.BASE:
        pytest.skip("This kernel gives no lockdown.")
    code, limits, status, sentence = HOSTILE[kind]
    run = make_run(make_bot(uma, code, {"limits": limits}))

    execute(run.id)

    again(run)
    assert run.status is RunStatus.FAILED
    assert run.steps[0].status == status
    assert sentence in run.steps[0].message
    assert run.error == run.steps[0].message
    assert run.output is None


def test_a_bot_cannot_read_the_applications_database(uma, tmp_path, real_database):
    if evidence().tier is Tier.BASE and not evidence().drops_uid:
        pytest.skip("This machine cannot keep a bot from its user's files.")
    database = tmp_path / "quorum.db"
    database.write_bytes(b"secret")
    database.chmod(0o600)
    code = f"def run(inputs):\n    return {{'got': open('{database}').read()}}\n"
    run = make_run(make_bot(uma, code))

    execute(run.id)

    again(run)
    assert run.steps[0].status is StepStatus.DENIED
    assert str(database) in run.error


def test_pages_answer_while_a_hostile_bot_runs(uma, app):
    eater = "def run(inputs):\n    while True: print('x' * 1000)\n"
    limits = {"limits": {"cpu_seconds": 3, "log_kb": 8192}}
    run = make_run(make_bot(uma, eater, limits))
    browser = app.test_client().as_(uma)
    worker = in_background(app, run)
    wait_for(lambda: again(run).status is RunStatus.RUNNING)

    answers = [browser.get(f"/runs/{run.id}").status_code for _ in range(5)]

    worker.join(30)
    assert answers == [200] * 5
    assert again(run).status is RunStatus.FAILED


@pytest.mark.parametrize("tier", [Tier.LOCKDOWN, Tier.BWRAP])
def test_a_tier_that_was_asked_for_by_name_is_the_one_that_holds(
    uma, app, monkeypatch, tier
):
    if not evidence().holds(tier):
        pytest.skip(f"No {tier} here: {evidence().of(tier).why_not}")
    monkeypatch.setitem(app.config, "SANDBOX_TIER", tier.value)
    code, _, status, _ = HOSTILE["opens a socket"]
    run = make_run(make_bot(uma, code))

    execute(run.id)

    again(run)
    assert (run.steps[0].status, run.steps[0].tier) == (status, tier)


@pytest.mark.parametrize("walls", [{"net"}, {"fs", "net", "proc"}])
def test_a_policy_that_is_met_lets_bots_run(uma, app, monkeypatch, walls):
    if evidence().tier is Tier.BASE:
        pytest.skip("This kernel gives no lockdown.")
    monkeypatch.setitem(app.config, "SANDBOX_REQUIRE", frozenset(walls))
    run = make_run(make_bot(uma))

    execute(run.id)

    assert again(run).status is RunStatus.COMPLETED


def test_a_policy_that_cannot_be_met_refuses_every_bot_with_a_sentence(
    uma, app, monkeypatch
):
    monkeypatch.setitem(app.config, "SANDBOX_TIER", "base")
    monkeypatch.setitem(app.config, "SANDBOX_REQUIRE", frozenset({"fs", "net"}))
    run = make_run(make_bot(uma, "def run(inputs):\n    print('I ran')\n"))

    execute(run.id)

    again(run)
    assert run.status is RunStatus.FAILED
    assert run.steps[0].status is StepStatus.REFUSED
    assert "the policy asks for fs, net" in run.error
    assert "does not stop" in run.error
    assert run.steps[0].log_lines == 0
