"""Starts the child of one run: pipes, a bare environment, one request."""

import json
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.sandbox.folders import RunFolder
from dashboard.sandbox.interpreter import Interpreter
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Tier

HERE = Path(__file__).parent
BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); from child import start; start.main()"
)
COOKIE = "QUORUM_BOT_RUN"
STACK_BYTES = 8 << 20
OPEN_FILES = 64
PATIENCE_SECONDS = 8


@dataclass(frozen=True)
class Job:
    """What to run, on what, within which limits."""

    code: str
    inputs: dict[str, Any]
    limits: Limits
    files: Mapping[str, bytes] = field(default_factory=dict)
    idempotency_key: str = ""


@dataclass(frozen=True)
class Place:
    """Where a job runs: how tightly held, by which Python, as whom, in which folder."""

    tier: Tier
    interpreter: Interpreter
    uid: int | None
    folder: RunFolder


@dataclass(frozen=True)
class Child:
    """A started run: its supervisor and the ends of the pipes that we read."""

    process: subprocess.Popen[bytes]
    cookie: str
    log_fd: int
    result_fd: int
    status_fd: int

    def close(self) -> None:
        for fd in (self.log_fd, self.result_fd, self.status_fd):
            os.close(fd)

    def end(self) -> None:
        """Kill the bot and all it started, through the supervisor if it still lives."""
        for sent in (signal.SIGTERM, signal.SIGCONT):
            self.process.send_signal(sent)
        try:
            self.process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._kill_marked()

    def _kill_marked(self) -> None:
        """Whoever still carries this run's cookie outlived a killed supervisor."""
        mark = f"{COOKIE}={self.cookie}".encode()
        for environ in Path("/proc").glob("[0-9]*/environ"):
            try:
                if mark in environ.read_bytes():
                    os.kill(int(environ.parent.name), signal.SIGKILL)
            except OSError:
                continue  # it has ended, or belongs to somebody else


def launch(job: Job, place: Place) -> Child:
    pipes = [os.pipe() for _ in range(3)]
    (log_r, log_w), (result_r, result_w), (status_r, status_w) = pipes
    cookie = secrets.token_hex(12)
    control = _control(job, place) | {"result_fd": result_w, "status_fd": status_w}
    request = {"code": job.code, "inputs": job.inputs, "control": control}
    try:
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(request).encode())
            stdin.seek(0)
            process = subprocess.Popen(  # noqa: S603 - a tried Python and our own code
                [place.interpreter.path, "-I", "-S", "-B", "-c", BOOTSTRAP, str(HERE)],
                stdin=stdin,
                stdout=log_w,
                stderr=log_w,
                pass_fds=(result_w, status_w),
                env=_environment(job, place) | {COOKIE: cookie},
                cwd="/",
                start_new_session=True,
            )
    except BaseException:
        for fd in (log_r, result_r, status_r):
            os.close(fd)
        raise
    finally:
        for fd in (log_w, result_w, status_w):
            os.close(fd)
    for fd in (log_r, result_r, status_r):
        os.set_blocking(fd, False)
    return Child(process, cookie, log_r, result_r, status_r)


def _environment(job: Job, place: Place) -> dict[str, str]:
    work = str(place.folder.work)
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": work,
        "TMPDIR": work,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "random",
        "QUORUM_IDEMPOTENCY_KEY": job.idempotency_key,
    }


def _control(job: Job, place: Place) -> dict[str, Any]:
    limits, folder = job.limits, place.folder
    locked = place.tier == Tier.LOCKDOWN
    layers = ["no_new_privs", "landlock", "seccomp", "capabilities_dropped"]
    return {
        "parent": os.getpid(),
        "uid": place.uid,
        "work": str(folder.work),
        "files": str(folder.files),
        "readable": [*place.interpreter.readable, str(folder.files)],
        "writable": [str(folder.work), os.devnull],
        "lockdown": locked,
        "require": layers if locked else [],
        "result_bytes": limits.result_bytes,
        "rlimits": {
            "CPU": [limits.cpu_seconds, limits.cpu_seconds + 1],
            "AS": [limits.memory_bytes] * 2,
            "FSIZE": [limits.disk_bytes] * 2,
            "NOFILE": [OPEN_FILES] * 2,
            "STACK": [STACK_BYTES] * 2,
            "CORE": [0, 0],
            "MEMLOCK": [0, 0],
            "MSGQUEUE": [0, 0],
        },
    }
