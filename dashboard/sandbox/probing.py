"""Finds out by trying what this machine lets the sandbox stop."""

import platform
import threading
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dashboard.clock import now
from dashboard.sandbox import bubble
from dashboard.sandbox.canaries import SAID, Checks, Trial, attempt
from dashboard.sandbox.interpreter import NoInterpreter, choose_interpreter
from dashboard.sandbox.outcome import Tier

NO_BUBBLEWRAP = "Bubblewrap is not installed here (the package bubblewrap)."
NO_NAMESPACES = (
    "Bubblewrap may not make namespaces here, as in most containers. Lockdown holds "
    "without them."
)
ALWAYS_OPEN = (
    "A flaw in the Linux kernel: every bot shares it with this machine.",
    "Filling the disk by files it deleted but keeps open: only each one is limited.",
)
OPEN_IN_LOCKDOWN = (
    "Reading names, sizes and times of files elsewhere, though not what is in them.",
)
OPEN_IN_BASE = (
    *OPEN_IN_LOCKDOWN,
    "The network: a bot can reach every address that this machine can.",
    "Other processes: a bot can start some, each with the limits of one bot; they end "
    "with the run.",
    "Files that everybody may read or write, such as those in /tmp.",
)
OPEN_AS_SAME_USER = (
    "Files of the user who runs the worker: a bot runs as the same user.",
    "Stopping the worker, or reading its memory: a bot runs as the same user.",
)
TIGHTEST_FIRST = (Tier.BWRAP, Tier.LOCKDOWN, Tier.BASE)


@dataclass(frozen=True)
class Evidence:
    """What was tried, when, and what came of it."""

    tier: Tier
    """The tightest that holds here."""
    interpreter: str
    drops_uid: bool
    trials: tuple[Trial, ...]
    probed_at: datetime
    reason: str = ""
    """Why no bot can run at all."""

    def of(self, tier: Tier) -> Trial:
        return next(
            (trial for trial in self.trials if trial.tier is tier),
            Trial(tier, False, {}, {}, self.reason),
        )

    def holds(self, tier: Tier) -> bool:
        """Whether bots may be held so; nothing is tighter than the tightest."""
        tighter = TIGHTEST_FIRST[: TIGHTEST_FIRST.index(self.tier)]
        return tier not in tighter and self.of(tier).holds

    @property
    def checks(self) -> Checks:
        return self.of(self.tier).checks

    @property
    def stops(self) -> dict[str, bool]:
        return self.of(self.tier).stops

    @property
    def gaps(self) -> list[str]:
        return self.gaps_of(self.tier)

    def gaps_of(self, tier: Tier) -> list[str]:
        """What a bot in this tier is not kept from."""
        if self.reason:
            return [self.reason]
        same_user = () if self.drops_uid else OPEN_AS_SAME_USER
        more = {Tier.BASE: OPEN_IN_BASE + same_user, Tier.LOCKDOWN: OPEN_IN_LOCKDOWN}
        return [*ALWAYS_OPEN, *more.get(tier, ())]

    def as_json(self) -> dict[str, Any]:
        """For the page that shows the system, whatever machine it is asked on."""
        locks = self.of(Tier.LOCKDOWN).layers or self.of(self.tier).layers
        return {
            "tier": self.tier.value,
            "stops": self.stops,
            "checks": self.checks,
            "gaps": self.gaps,
            "tried": [
                {**trial.as_json(), "gaps": self.gaps_of(trial.tier)}
                for trial in self.trials
            ],
            "interpreter": self.interpreter,
            "drops_uid": self.drops_uid,
            "kernel": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
            "landlock": int(locks.get("landlock") or 0),
            "seccomp": bool(locks.get("seccomp")),
            "reason": self.reason,
            "probed_at": self.probed_at.isoformat(),
        }


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
        return Evidence(Tier.BASE, "", False, (), now(), str(error))
    trials = tuple(_try(tier) for tier in TIGHTEST_FIRST)
    held = [trial.tier for trial in trials if trial.holds]
    reason = "" if held else trials[-1].why_not
    return Evidence(
        tier=held[0] if held else Tier.BASE,
        interpreter=interpreter.path,
        drops_uid=interpreter.drops_uid,
        trials=trials,
        probed_at=now(),
        reason=reason,
    )


def _try(tier: Tier) -> Trial:
    if tier is Tier.BWRAP and bubble.program() is None:
        return Trial(tier, False, {"runs a bot": False}, {}, NO_BUBBLEWRAP)
    trial = attempt(tier)
    if tier is Tier.BWRAP and not (trial.holds or trial.layers):
        said = trial.why_not.partition(SAID)[2]
        why = f"{NO_NAMESPACES} {SAID}{said}" if said else NO_NAMESPACES
        return replace(trial, why_not=why)
    return trial
