"""What the operator demands of the sandbox, and whether this machine gives it."""

from collections.abc import Collection, Mapping
from typing import Any

from dashboard.sandbox.outcome import Tier
from dashboard.sandbox.probing import Evidence, evidence

AUTO = "auto"
WALLS = {
    "fs": "files outside its folder",
    "net": "the network",
    "proc": "other processes",
}


def policy_missing(require: Collection[str], stops: Mapping[str, bool]) -> list[str]:
    """Of the walls that are demanded, those that do not stand."""
    return [wall for wall in WALLS if wall in require and not stops.get(wall)]


def tier_for(wanted: str, found: Evidence) -> Tier:
    """How tightly bots are held: as asked for, or as tightly as was proved possible."""
    return found.tier if wanted == AUTO else Tier(wanted)


def refusal(wanted: str, require: Collection[str], found: Evidence) -> str:
    """Why no bot may start here, in a sentence; nothing where all is given."""
    tier = tier_for(wanted, found)
    trial = found.of(tier)
    if not found.holds(tier):
        why = f" {trial.why_not}" if trial.why_not else ""
        return (
            f"The bot was not started: this worker must hold bots in {tier}, and its "
            f"machine does not give that.{why} See the System page, or change "
            "SANDBOX_TIER."
        )
    if missing := policy_missing(require, trial.stops):
        asked = ", ".join(wall for wall in WALLS if wall in require)
        lacks = " and ".join(f"{wall} ({WALLS[wall]})" for wall in missing)
        return (
            f"Bots may not run here: the policy asks for {asked}, and this machine's "
            f"tightest sandbox in use ({tier}) does not stop {lacks}. See the System "
            "page."
        )
    return ""


def missing(config: Mapping[str, Any]) -> list[str]:
    """What keeps every bot from running in this process, as sentences."""
    found = evidence()
    why = refusal(config["SANDBOX_TIER"], config["SANDBOX_REQUIRE"], found)
    return [why] if why else []
