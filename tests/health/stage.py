"""Workers as the page of the system sees them."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.runs.models import WorkerBeat
from tests.factories import stored

WALLS = ("fs", "net", "proc")
GAP = "The network: a bot can reach every address that this machine can."


def beat(name="one:1", ago=timedelta(seconds=2), tier="lockdown", stops=WALLS, **over):
    """A worker that gave a sign of life, with what its probe found."""
    at = now() - ago
    fields = {"evidence": evidence(tier, stops), "threads": 4, "tier": tier}
    return stored(
        WorkerBeat(name=name, started_at=at, seen_at=at, **{**fields, **over})
    )


def evidence(tier, stops):
    found = {wall: wall in stops for wall in WALLS}
    checks = {"reads no planted file": "fs" in stops}
    return {
        "tier": tier,
        "stops": found,
        "checks": checks,
        "gaps": [] if len(stops) == len(WALLS) else [GAP],
        "tried": [
            tried("bwrap", "Not installed."),
            tried(tier, stops=found, checks=checks),
        ],
        "interpreter": "/usr/bin/python3",
        "drops_uid": True,
        "kernel": "Linux 6.1",
        "landlock": 4,
        "seccomp": True,
        "probed_at": now().isoformat(),
    }


def tried(tier, why_not="", **found):
    return {"tier": tier, "holds": not why_not, "why_not": why_not, **found}
