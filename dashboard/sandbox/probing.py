"""Finds out by trying what this machine lets the sandbox stop."""

import secrets
import socket
import tempfile
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dashboard.clock import now
from dashboard.sandbox.interpreter import NoInterpreter, choose_interpreter
from dashboard.sandbox.launch import Job
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Ending, Follower, Outcome, Tier
from dashboard.sandbox.running import run_in_tier

LIMITS = Limits(wall_seconds=20, cpu_seconds=10)
CANARY = """
import os
import socket


def reads(path):
    try:
        return bool(open(path).read())
    except OSError:
        return False


def connects(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 2):
            return True
    except OSError:
        return False


def forks():
    try:
        child = os.fork()
    except OSError:
        return False
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return True


def run(inputs):
    return {
        "files": reads(inputs["path"]),
        "network": connects(inputs["port"]),
        "processes": forks(),
    }
"""
ALWAYS_OPEN = (
    "A flaw in the Linux kernel: every bot shares it with this machine.",
    "Reading names, sizes and times of files elsewhere, though not what is in them.",
    "Filling the disk by files it deleted but keeps open: only each one is limited.",
)
OPEN_IN_BASE = (
    "The network: a bot can reach every address that this machine can.",
    "Other processes: a bot can start some, each with the limits of one bot; they end "
    "with the run.",
    "Files that everybody may read or write, such as those in /tmp.",
)
OPEN_AS_SAME_USER = (
    "Files of the user who runs the worker: a bot runs as the same user.",
    "Stopping the worker, or reading its memory: a bot runs as the same user.",
)


@dataclass(frozen=True)
class Evidence:
    """What was tried, when, and what came of it."""

    tier: Tier
    interpreter: str
    drops_uid: bool
    checks: dict[str, bool | str]
    gaps: list[str]
    probed_at: datetime


_latest: list[Evidence] = []
_latest_lock = threading.Lock()


def evidence() -> Evidence:
    """The latest probe of this process; the first caller runs it."""
    with _latest_lock:
        if not _latest:
            _latest.append(_probe())
        return _latest[0]


def probe() -> Evidence:
    """Try everything again, and keep the answer as the latest."""
    fresh = _probe()
    with _latest_lock:
        _latest[:] = [fresh]
    return fresh


def _probe() -> Evidence:
    choose_interpreter.cache_clear()
    try:
        interpreter = choose_interpreter()
    except NoInterpreter as error:
        checks: dict[str, bool | str] = {"runs a bot": False, "reason": str(error)}
        return Evidence(Tier.BASE, "", False, checks, [str(error)], now())

    tier, checks = Tier.LOCKDOWN, _try(Tier.LOCKDOWN)
    if not all(checks.values()):
        refused = checks.get("reason")
        tier, checks = Tier.BASE, _try(Tier.BASE)
        checks["lockdown"] = refused or "A canary bot got through it."
    gaps = list(ALWAYS_OPEN)
    if tier == Tier.BASE:
        gaps += OPEN_IN_BASE
        gaps += () if interpreter.drops_uid else OPEN_AS_SAME_USER
    drops = interpreter.drops_uid
    return Evidence(tier, interpreter.path, drops, checks, gaps, now())


def _try(tier: Tier) -> dict[str, bool | str]:
    """Let a canary reach for a private file, a listener and a second process."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as listener,
    ):
        planted = Path(folder) / "private"
        planted.touch(0o600)
        planted.write_text(secrets.token_hex())
        inputs = {"path": str(planted), "port": listener.getsockname()[1]}
        outcome = run_in_tier(Job(CANARY, inputs, LIMITS), tier, Follower())
        reached = _was_reached(listener)
    return _checks(outcome, reached)


def _checks(outcome: Outcome, listener_reached: bool) -> dict[str, bool | str]:
    got = outcome.output
    if outcome.ending != Ending.COMPLETED or got is None:
        return {"runs a bot": False, "reason": outcome.message}
    layers = outcome.layers
    checks: dict[str, bool | str] = {
        "runs a bot": True,
        "stops reading private files": not got["files"],
        "stops network connections": not got["network"] and not listener_reached,
        "stops new processes": not got["processes"],
    }
    if layers.get("landlock"):
        checks["landlock"] = f"version {layers['landlock']}"
    if layers.get("seccomp"):
        checks["seccomp"] = "filter installed"
    return checks


def _was_reached(listener: socket.socket) -> bool:
    listener.setblocking(False)
    try:
        connection, _ = listener.accept()
    except BlockingIOError:
        return False
    connection.close()
    return True
