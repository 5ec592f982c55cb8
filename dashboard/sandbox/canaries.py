"""Bots that try what a bot may not, and what came of it in one tier."""

import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dashboard.sandbox.launch import Job
from dashboard.sandbox.limits import Limits
from dashboard.sandbox.outcome import Ending, Follower, Outcome, Tier
from dashboard.sandbox.running import run_in_tier

SAID = "It said: "
LONGEST_SAID = 300
LIMITS = Limits(wall_seconds=20, cpu_seconds=10)
CANARY = """
import os
import socket


def reads(path):
    try:
        return bool(open(path).read())
    except OSError:
        return False


def writes(folder):
    try:
        open(os.path.join(folder, "mark"), "w").close()
        return True
    except OSError:
        return False


def connects(port):
    try:
        with socket.create_connection(("127.0.0.1", port), 2):
            return True
    except OSError:
        return False


def sends(port):
    try:
        with socket.socket(type=socket.SOCK_DGRAM) as sender:
            return bool(sender.sendto(b"canary", ("127.0.0.1", port)))
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
        "private": reads(inputs["private"]),
        "open": reads(inputs["open"]) or writes(inputs["folder"]),
        "connects": connects(inputs["tcp"]),
        "sends": sends(inputs["udp"]),
        "forks": forks(),
    }
"""
CHECKS = {
    "stops reading private files": "private",
    "stops files open to everybody": "open",
    "stops network connections": "connects",
    "stops datagrams": "sends",
    "stops new processes": "forks",
}
WALLS = {
    "fs": ("stops reading private files", "stops files open to everybody"),
    "net": ("stops network connections", "stops datagrams"),
    "proc": ("stops new processes",),
}
Checks = dict[str, bool | str]


@dataclass(frozen=True)
class Trial:
    """What came of one tier on this machine."""

    tier: Tier
    holds: bool
    """It runs a bot, and keeps what the tier promises."""
    checks: Checks
    layers: dict[str, Any]
    why_not: str = ""

    @property
    def stops(self) -> dict[str, bool]:
        """Which walls stand, by the bots that ran against them."""
        return {
            wall: all(self.checks.get(check) is True for check in checks)
            for wall, checks in WALLS.items()
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "tier": self.tier.value,
            "holds": self.holds,
            "why_not": self.why_not,
            "stops": self.stops,
            "checks": self.checks,
        }


def attempt(tier: Tier) -> Trial:
    """Let a canary reach for all that this tier should keep from it."""
    with ExitStack() as stack:
        planted = stack.enter_context(_planted())
        said: list[bytes] = []
        job = Job(CANARY, planted.inputs, LIMITS)
        outcome = run_in_tier(job, tier, Follower(on_log=said.append))
        checks = _checks(outcome, planted)
    if "reason" in checks:
        last = b"".join(said).decode(errors="replace").strip()[-LONGEST_SAID:]
        why = f"{checks['reason']} {SAID}{last}" if last else str(checks["reason"])
        return Trial(tier, False, checks, outcome.layers, why)
    got_through = [check for check in CHECKS if not checks[check]]
    if tier.locks and got_through:
        why = f"A bot got through it: it no longer {', '.join(got_through)}."
        return Trial(tier, False, checks, outcome.layers, why)
    return Trial(tier, True, checks, outcome.layers)


@dataclass(frozen=True)
class Planted:
    """What the canary reaches for, and whether it got there."""

    inputs: dict[str, Any]
    folder: Path
    tcp: socket.socket
    udp: socket.socket

    @property
    def reached(self) -> dict[str, bool]:
        """Seen from our side: a bot may not tell the truth about itself."""
        return {
            "open": (self.folder / "mark").exists(),
            "connects": _came(self.tcp.accept),
            "sends": _came(lambda: self.udp.recv(16)),
        }


@contextmanager
def _planted() -> Iterator[Planted]:
    with (
        tempfile.TemporaryDirectory() as name,
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(type=socket.SOCK_DGRAM) as udp,
    ):
        top = Path(name)
        top.chmod(0o755)
        for kind, mode in (("private", 0o600), ("open", 0o644)):
            (top / kind).write_text(secrets.token_hex())
            (top / kind).chmod(mode)
        folder = top / "folder"
        folder.mkdir()
        folder.chmod(0o777)
        udp.bind(("127.0.0.1", 0))
        for each in (tcp, udp):
            each.setblocking(False)
        inputs = {"private": str(top / "private"), "open": str(top / "open")}
        inputs |= {"folder": str(folder)}
        ports = {"tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}
        yield Planted(inputs | ports, folder, tcp, udp)


def _checks(outcome: Outcome, planted: Planted) -> Checks:
    got = outcome.output
    if outcome.ending != Ending.COMPLETED or got is None:
        return {"runs a bot": False, "reason": outcome.message}
    reached = planted.reached
    checks: Checks = {"runs a bot": True}
    for check, tried in CHECKS.items():
        checks[check] = not got[tried] and not reached.get(tried, False)
    if outcome.layers.get("landlock"):
        checks["landlock"] = f"version {outcome.layers['landlock']}"
    if outcome.layers.get("seccomp"):
        checks["seccomp"] = "filter installed"
    return checks


def _came(take: Any) -> bool:
    try:
        taken = take()
    except BlockingIOError:
        return False
    if isinstance(taken, tuple):
        taken[0].close()
    return True
