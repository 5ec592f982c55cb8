"""Which Python runs the bots, and as which user."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

OLDEST = (3, 11)
# The range that systemd keeps for users without a name: nobody's files are theirs.
UIDS = range(61184, 65520)
TRIAL_SECONDS = 20
TRIAL = """
import csv, ctypes, inspect, json, os, resource, socket, sys, sysconfig
os.chdir(sys.argv[1])
real = os.path.realpath
paths = sysconfig.get_paths()
print(json.dumps({
    "version": sys.version_info[:2],
    "readable": [real(sys.base_prefix + "/lib"), real(paths["stdlib"]),
                 real(paths["platstdlib"])],
}))
"""
SYSTEM_PATHS = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/local/lib",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/usr/share/zoneinfo",
    "/dev/urandom",
)

_uids_in_use: set[int] = set()
_uids_lock = threading.Lock()


class NoInterpreter(Exception):
    """No Python on this machine can run a bot."""


@dataclass(frozen=True)
class Interpreter:
    """A Python that was tried, what it must read, and whether it may change user."""

    path: str
    readable: tuple[str, ...]
    drops_uid: bool


@cache
def choose_interpreter() -> Interpreter:
    """Take the first that works as another user; else the first that works at all."""
    may_drop = os.geteuid() == 0 and sys.platform == "linux"
    uids = [UIDS[-1], None] if may_drop else [None]
    for uid in uids:
        for path in _candidates():
            readable = _try(path, uid)
            if readable:
                return Interpreter(path, readable, drops_uid=uid is not None)
    raise NoInterpreter("No Python 3.11 or newer on this machine can run a bot.")


def _candidates() -> list[str]:
    own = getattr(sys, "_base_executable", None) or sys.executable
    names = ["python3", *(f"python3.{minor}" for minor in range(11, 16))]
    found = [own, "/usr/bin/python3", *(shutil.which(name) for name in names)]
    return list(dict.fromkeys(os.path.realpath(path) for path in found if path))


def _try(path: str, uid: int | None) -> tuple[str, ...]:
    """What this Python must read, after it worked from a folder like a run's."""
    with tempfile.TemporaryDirectory() as folder:
        if uid is not None:
            Path(folder).chmod(0o711)
        try:
            done = subprocess.run(  # noqa: S603 - a Python of this machine
                [path, "-I", "-S", "-B", "-c", TRIAL, folder],
                user=uid,
                group=uid,
                extra_groups=None if uid is None else [],
                env={},
                cwd="/",
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=TRIAL_SECONDS,
            )
            answer = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            return ()
    if done.returncode or tuple(answer["version"]) < OLDEST:
        return ()
    existing = (known for known in SYSTEM_PATHS if os.path.exists(known))
    return tuple(sorted({path, *answer["readable"], *existing}))


@contextmanager
def bot_uid(interpreter: Interpreter) -> Iterator[int | None]:
    """A user that no other run of this process has: bots cannot reach one another."""
    if not interpreter.drops_uid:
        yield None
        return
    with _uids_lock:
        uid = secrets.choice([one for one in UIDS if one not in _uids_in_use])
        _uids_in_use.add(uid)
    try:
        yield uid
    finally:
        with _uids_lock:
            _uids_in_use.discard(uid)
