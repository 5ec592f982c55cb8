"""Starts Quorum's programs in an instant: all is loaded once, then forked for each.

`python -m tests.faults.nursery` reads one order a line and answers with the id of the
process it forked, which leads a session of its own and shares nothing with the others.
"""

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock

from tests.processes import await_true, is_running, kill_session, strike

ROOT = Path(__file__).parents[2]
PATIENCE = 120
UNKNOWN = 1000
CODES = {}
"""How each program ended that has ended."""


class Program:
    """A process with all that it started."""

    def __init__(self, pid, log):
        self.pid = pid
        self.log = log

    @property
    def is_alive(self):
        return is_running(self.pid)

    def crash(self):
        """SIGKILL for the whole session at once: no last word from anybody."""
        kill_session(self.pid)

    def end(self, seconds=20):
        """SIGTERM, as a service manager does it; then no patience any more."""
        strike(self.pid, signal.SIGTERM)
        if not self.has_ended(seconds):
            self.crash()

    def has_ended(self, seconds):
        """Whether it ends by itself within this time."""
        until = time.monotonic() + seconds
        while self.is_alive and time.monotonic() < until:
            time.sleep(0.02)
        return not self.is_alive


class Nursery:
    """Our end of the one process that has everything loaded."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._lock = Lock()
        atexit.register(self._close)

    def start(self, command, env, log):
        """A program that goes on; the log has what it says."""
        pid = self._ask({"command": command, "env": env, "log": str(log)})
        return Program(pid, log)

    def run(self, *command, env):
        """The exit code of a command, and what it said."""
        with tempfile.NamedTemporaryFile() as log:
            program = self.start(command, env, Path(log.name))
            if not program.has_ended(PATIENCE):
                program.crash()
            await_true(lambda: self._ask({"ended": program.pid}) != UNKNOWN)
            return self._ask({"ended": program.pid}), log.read().decode()

    def _ask(self, order):
        with self._lock:
            self._process.stdin.write(f"{json.dumps(order)}\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())

    def _close(self):
        self._process.stdin.close()
        self._process.wait(20)


@cache
def nursery():
    """One for all worlds of this process."""
    return Nursery()


def serve():
    """Fork a program for each order; returns in the fork, as that program."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    signal.signal(signal.SIGCHLD, bury)
    for line in iter(sys.stdin.readline, ""):
        order = json.loads(line)
        if "ended" in order:
            code = CODES.get(order["ended"], UNKNOWN)
            print(code, file=answers, flush=True)
            continue
        if pid := os.fork():
            print(pid, file=answers, flush=True)
            continue
        answers.close()
        become(**order)
        return order["command"]
    return None


def bury(number, frame):
    """Keep no zombies, and know how each ended."""
    with suppress(ChildProcessError):
        while (found := os.waitpid(-1, os.WNOHANG))[0]:
            CODES[found[0]] = os.waitstatus_to_exitcode(found[1])


def become(command, env, log):
    """A session, an environment and a log of its own."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (out, 1), (out, 2)):
        os.dup2(ours, theirs)
    os.close(nothing)
    os.close(out)
    CODES.clear()
    os.environ.clear()
    os.environ.update(env)


def load():
    """Everything that a program needs, without making an app."""
    from dashboard import FEATURES

    for name in FEATURES:
        for path in sorted((ROOT / "dashboard" / name).glob("[!_]*.py")):
            importlib.import_module(f"dashboard.{name}.{path.stem}")
    from tests.faults.program import main

    gc.freeze()
    return main


if __name__ == "__main__":
    run = load()
    asked = serve()
    if asked:
        run(asked)
