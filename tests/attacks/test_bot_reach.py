"""What a bot's code reads of the program and of its neighbours: nothing."""

import json

import pytest

from dashboard.permissions import Role
from dashboard.runs.engine import execute
from dashboard.sandbox import Tier, evidence
from tests.factories import make_bot, make_run, make_user
from tests.runs.stage import steps_of

CANARY = "canary-3f9a"
READ = """
import os

def run(inputs, files):
    got = {}
    for path in inputs["paths"]:
        try:
            got[path] = sorted(os.listdir(path)) if os.path.isdir(path) else open(
                path, errors="replace"
            ).read()
        except OSError as error:
            got[path] = type(error).__name__
    return {"got": got, "environment": dict(os.environ)}
"""


@pytest.fixture
def uma(real_database):
    return make_user("Uma", role=Role.USER)


def told(run):
    """Everything that is left of a run, as text."""
    execute(run.id)
    step = steps_of(run)[0]
    return json.dumps([step.output, step.message, step.traceback])


@pytest.fixture
def needs_lockdown():
    if evidence().tier is Tier.BASE:
        pytest.skip("This kernel gives no lockdown.")


def test_a_bot_finds_no_secret_in_its_environment(uma, monkeypatch):
    for name in ("SECRET_KEY", "AUDIT_KEY", "DATA_KEYS", "DATABASE_URL", "ANYTHING"):
        monkeypatch.setenv(name, CANARY)
    paths = ["/proc/self/environ", "/proc/1/environ"]
    run = make_run(make_bot(uma, READ), inputs={"paths": paths})

    assert CANARY not in told(run)


def test_a_bot_reads_neither_keys_nor_database(uma, app, tmp_path, needs_lockdown):
    instance = tmp_path / "instance"
    instance.mkdir(mode=0o700)
    secrets = [instance / name for name in ("keys.json", "quorum.db", ".env")]
    for secret in secrets:
        secret.write_text(CANARY)
    paths = [str(instance), *map(str, secrets), app.root_path, app.instance_path]
    run = make_run(make_bot(uma, READ), inputs={"paths": paths})

    left = told(run)

    assert CANARY not in left
    assert "dashboard" not in left.replace(app.root_path, "")


@pytest.mark.parametrize("path", ["..", "../..", "/tmp", "/home", "/root", "/proc"])  # noqa: S108  # what the bot tries
def test_a_bot_does_not_see_who_else_is_there(uma, needs_lockdown, path):
    run = make_run(make_bot(uma, READ), inputs={"paths": [path]})

    execute(run.id)

    step = steps_of(run)[0]
    got = (step.output or {"got": {path: "refused"}})["got"][path]
    assert isinstance(got, str), got
