"""Nothing a bot starts outlives its run, whoever dies first."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.sandbox import Ending, Limits, Tier
from dashboard.sandbox.folders import run_folder
from dashboard.sandbox.interpreter import choose_interpreter
from dashboard.sandbox.launch import Job, Place
from dashboard.sandbox.outcome import Follower
from dashboard.sandbox.running import run_in_place

from .conftest import SOON, marked

ROOT = Path(__file__).parents[2]
ORPHANS = """
import os, time

def orphan(mark):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execve("/bin/sleep", ["sleep", "60" + mark], {})
        os._exit(0)

def run(inputs):
    for _ in range(3):
        orphan(inputs["mark"])
    print()
    time.sleep(inputs["seconds"])
    return {}
"""


@pytest.fixture
def mark():
    """Tells this test's processes from all others, as a fraction of a second."""
    return f".{os.getpid()}{time.monotonic_ns()}"


@pytest.mark.parametrize(
    ("seconds", "ending"), [(0.2, Ending.COMPLETED), (60, Ending.TIMED_OUT)]
)
def test_orphans_in_sessions_of_their_own_die_with_the_run(
    run, nobody_left, mark, seconds, ending
):
    seen = []

    def look():
        seen.extend(marked(mark))
        return False

    outcome = run(
        ORPHANS,
        {"mark": mark, "seconds": seconds},
        hooks={"cancelled": look},
        wall_seconds=1,
    )

    assert outcome.ending == ending
    assert seen
    assert nobody_left(mark)


def test_a_fork_bomb_ends_with_its_run(run, nobody_left, mark):
    outcome = run(
        """
        import os, time
        def run(inputs):
            while True:
                try:
                    os.fork()
                except OSError:
                    time.sleep(0.05)
        """,
        hooks={"idempotency_key": mark},
        wall_seconds=1,
    )

    assert outcome.ending in {Ending.TIMED_OUT, Ending.CPU_LIMIT}
    assert nobody_left(mark)


def test_a_child_that_keeps_the_log_open_does_not_hold_up_the_run(run):
    outcome = run(
        """
        import os, time
        def run(inputs):
            if os.fork() == 0:
                time.sleep(60)
            return {}
        """
    )

    assert outcome.ending == Ending.COMPLETED
    assert outcome.seconds < SOON


def test_a_bot_that_kills_its_supervisor_leaves_nothing(nobody_left, mark):
    code = """
import os, time
def run(inputs):
    if os.fork() == 0:
        os.setsid()
        time.sleep(60)
        os._exit(0)
    os.kill(os.getppid(), 9)
    time.sleep(60)
"""
    interpreter = replace(choose_interpreter(), drops_uid=False)
    job = Job(code, {}, Limits(), idempotency_key=mark)

    with run_folder({}, None) as folder:
        place = Place(Tier.BASE, interpreter, None, folder)
        outcome = run_in_place(job, place, Follower())

    assert outcome.ending == Ending.CRASHED
    assert nobody_left(mark)


PARENT = """
import sys
from dashboard.sandbox import Limits, Tier, run_bot

code, mark, tier = sys.argv[1:]
inputs = {"mark": mark, "seconds": 60}
hooks = {"on_log": lambda chunk: print(flush=True), "idempotency_key": mark}
run_bot(code, inputs, {}, Limits(), tier=Tier(tier), **hooks)
"""
SLEEPER = "import time\ndef run(inputs): print(); time.sleep(60)"


@pytest.mark.parametrize(
    ("code", "tier"),
    [(SLEEPER, Tier.LOCKDOWN), (SLEEPER, Tier.BWRAP), (ORPHANS, Tier.BASE)],
)
def test_no_bot_survives_a_killed_worker(
    needs, nobody_left, temporary, mark, code, tier
):
    needs(tier)
    arguments = [sys.executable, "-c", PARENT, code, mark, tier]
    environment = os.environ | {"TMPDIR": str(temporary)}
    expected = 2 if tier.locks else 5  # worker, bot, and its orphans
    with subprocess.Popen(  # noqa: S603 - our own Python
        arguments, cwd=ROOT, env=environment, stdout=subprocess.PIPE
    ) as worker:
        worker.stdout.readline()  # the bot's word: what is forked is not yet the bot
        deadline = time.monotonic() + SOON
        while len(alive := marked(mark)) < expected and time.monotonic() < deadline:
            time.sleep(0.02)
        worker.send_signal(signal.SIGKILL)

    assert len(alive) >= expected
    assert nobody_left(mark)


def test_an_error_while_following_still_ends_the_bot(run, nobody_left, mark):
    def on_log(chunk):
        raise ConnectionError("The database is away.")

    with pytest.raises(ConnectionError):
        run(
            "import time\ndef run(inputs): print(); time.sleep(60)",
            hooks={"on_log": on_log, "idempotency_key": mark},
        )

    assert nobody_left(mark)


def test_the_web_process_hides_its_keys_from_bots(tmp_path):
    code = "import ctypes, wsgi; print(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))"
    settings = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "s" * 32,
        "AUDIT_KEY": "a" * 32,
        "DATA_KEYS": "d" * 32,
        "DATABASE_URL": f"sqlite:///{tmp_path}/web.db",
    }

    said = subprocess.check_output(  # noqa: S603 - our own Python
        [sys.executable, "-c", code], cwd=ROOT, env=settings, text=True
    )

    assert said == ("0\n" if sys.platform == "linux" else "-1\n")


def test_a_process_that_hides_its_memory_is_closed_to_its_own_user():
    code = """
import ctypes
from dashboard.sandbox import hide_memory
print(hide_memory(), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
"""
    arguments = [sys.executable, "-c", code]

    said = subprocess.check_output(arguments, cwd=ROOT, text=True)  # noqa: S603 - ours

    assert said == ("True 0\n" if sys.platform == "linux" else "False -1\n")
