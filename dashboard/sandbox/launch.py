"""Starts the child of one run: pipes, a bare environment, one request."""

import json
import os
import secrets
import signal
import subprocess
import tempfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from dashboard.sandbox import bubble
from dashboard.sandbox.broker import Broker, Fetch
from dashboard.sandbox.folders import RunFolder
from dashboard.sandbox.interpreter import Interpreter
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Tier

RUNNER = Path(__file__).parent / "child"
BOOTSTRAP = (
    "import sys; sys.path.insert(0, sys.argv[1]); from child import start; start.main()"
)
COOKIE = "QUORUM_BOT_RUN"
STACK_BYTES = 8 << 20
OPEN_FILES = 64
PATIENCE_SECONDS = 8
LOCKS = ("no_new_privs", "landlock", "seccomp", "capabilities_dropped")
SPACES = ("own_root", "own_network", "own_processes")
WALLS = {"fs": "landlock", "net": "seccomp", "proc": "seccomp"}
"""The lock without which a wall does not stand."""


@dataclass(frozen=True)
class Job:
    """What to run, on what, within which limits."""

    code: str
    inputs: dict[str, Any]
    limits: Limits
    files: Mapping[str, bytes] = field(default_factory=dict)
    idempotency_key: str = ""
    require: Collection[str] = ()
    """Walls, out of fs, net and proc, without which its code may not start."""
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    fetch: Fetch | None = None
    """Makes the calls it asks for; None where no network was granted."""


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
    tier: Tier
    broker: Broker | None

    def close(self) -> None:
        if self.broker:
            self.broker.close()
        for fd in (self.log_fd, self.result_fd, self.status_fd):
            os.close(fd)

    def end(self) -> None:
        """Kill the bot and all it started, through the supervisor if it still lives."""
        if self.tier is not Tier.BWRAP or not bubble.burst(self.process.pid):
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
    reads, writes = _pipes("log", "result", "status")
    broker, gate = _gate(job)
    given = {f"{name}_fd": writes[name] for name in ("result", "status")} | gate
    cookie = secrets.token_hex(12)
    request = {"code": job.code, "inputs": job.inputs, "secrets": dict(job.secrets)}
    request["control"] = _control(job, place) | given
    try:
        environment = _environment(job, place) | {COOKIE: cookie}
        process = _start(place, request, writes["log"], given.values(), environment)
    except BaseException:
        for fd in reads.values():
            os.close(fd)
        if broker:
            broker.close()
        raise
    finally:
        for fd in (writes["log"], *given.values()):
            os.close(fd)
    if broker:
        broker.start()
    log, result, status = reads["log"], reads["result"], reads["status"]
    return Child(process, cookie, log, result, status, place.tier, broker)


def _start(
    place: Place,
    request: dict[str, Any],
    log_fd: int,
    given: Iterable[int],
    environment: dict[str, str],
) -> subprocess.Popen[bytes]:
    with _unseen_file() as stdin:
        stdin.write(json.dumps(request).encode())
        stdin.seek(0)
        return subprocess.Popen(  # noqa: S603 - a tried Python and our own code
            _command(place),
            stdin=stdin,
            stdout=log_fd,
            stderr=log_fd,
            pass_fds=tuple(given),
            env=environment,
            cwd="/",
            start_new_session=True,
        )


def _unseen_file() -> IO[bytes]:
    """For the request, which may hold secrets: in memory where the system has that."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("request"), "w+b")
    return tempfile.TemporaryFile()


def _pipes(*names: str) -> tuple[dict[str, int], dict[str, int]]:
    """Ends to read, which never wait, and ends to write, by name."""
    pipes = {name: os.pipe() for name in names}
    for read, _ in pipes.values():
        os.set_blocking(read, False)
    reads = {name: ends[0] for name, ends in pipes.items()}
    return reads, {name: ends[1] for name, ends in pipes.items()}


def _gate(job: Job) -> tuple[Broker | None, dict[str, int]]:
    """Our half of the way out, and the bot's ends of its two pipes."""
    if job.fetch is None:
        return None, {}
    (ask_r, ask_w), (answer_r, answer_w) = os.pipe(), os.pipe()
    broker = Broker(ask_r, answer_w, job.fetch)
    return broker, {"ask_fd": ask_w, "answer_fd": answer_r}


def _command(place: Place) -> list[str]:
    python = [place.interpreter.path, "-I", "-S", "-B", "-c", BOOTSTRAP]
    if place.tier is not Tier.BWRAP:
        return [*python, str(RUNNER.parent)]
    readable = place.interpreter.readable
    around = bubble.around(readable, RUNNER, place.folder, place.uid)
    return [*around, *python, str(Path(bubble.RUNNER).parent)]


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
    is_inside = place.tier is Tier.BWRAP
    root = os.stat("/")
    return {
        "parent": bubble.FIRST_PROCESS if is_inside else os.getpid(),
        "uid": place.uid,
        "work": str(folder.work),
        "files": str(folder.files),
        "readable": [*place.interpreter.readable, str(folder.files)],
        "writable": [str(folder.work), os.devnull],
        "lockdown": place.tier.locks,
        "outside": [root.st_dev, root.st_ino] if is_inside else None,
        "require": _layers(job, place.tier),
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


def _layers(job: Job, tier: Tier) -> list[str]:
    """What must hold before the bot's code starts, by the tier and by the policy."""
    promised = [*(LOCKS if tier.locks else ()), *(SPACES if tier is Tier.BWRAP else ())]
    return sorted({*promised, *(WALLS[wall] for wall in job.require)})
