"""What a machine has to offer: a sandbox as the policy asks for it, and a disk."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import current_app

from dashboard.health.findings import Finding, fail, ok, warn
from dashboard.health.reading import Reading
from dashboard.runs.models import WorkerBeat
from dashboard.sandbox import evidence
from dashboard.sandbox.policy import AUTO, missing, policy_missing
from dashboard.templating import filesize, plural

LITTLE, TOO_LITTLE = 10, 5
"""Per cent of the disk that are free."""


def sandbox(reading: Reading) -> Finding:
    """By what the workers' own probes found, wherever they run."""
    probed = [beat for beat in reading.alive if beat.evidence]
    facts = {"tiers": sorted({beat.tier for beat in probed})}
    if not probed:
        return warn("Unknown: no living worker has told what it can stop.", **facts)
    if unmet := [beat for beat in probed if breaches(beat)]:
        first = unmet[0]
        return fail(
            f"{plural(len(unmet), 'worker')} cannot meet the policy and run no bot: "
            f"{first.name} {breaches(first)}.",
            **facts,
        )
    if open_ := [beat for beat in probed if not all(stops_of(beat).values())]:
        return warn(
            f"{plural(len(open_), 'worker')} cannot stop everything, and no policy "
            "asks for it. Set SANDBOX_REQUIRE, or see below what is open.",
            **facts,
        )
    tiers = ", ".join(facts["tiers"])
    return ok(f"Bots are held in {tiers}: files, network and processes.", **facts)


def sandbox_here(reading: Reading) -> Finding:
    """Where no worker has told, what a worker on this machine would find."""
    if any(beat.evidence for beat in reading.alive):
        return sandbox(reading)
    if unmet := missing(current_app.config):
        return fail(unmet[0])
    found = evidence()
    stops = ", ".join(wall for wall, stands in found.stops.items() if stands)
    said = f"A worker on this machine would hold bots in {found.tier}"
    if not all(found.stops.values()):
        return warn(f"{said}, which stops {stops or 'little'}. See docs/sandbox.md.")
    return ok(f"{said}, which stops {stops}.")


def breaches(beat: WorkerBeat) -> str:
    """What of the policy this worker does not give, in words; nothing if all is."""
    trial = trial_of(beat)
    wanted = current_app.config["SANDBOX_TIER"]
    if wanted not in {AUTO, beat.tier} or not trial.get("holds", True):
        return f"does not hold bots in {wanted if wanted != AUTO else beat.tier}"
    open_ = policy_missing(current_app.config["SANDBOX_REQUIRE"], stops_of(beat))
    return f"does not stop {', '.join(open_)}" if open_ else ""


def stops_of(beat: WorkerBeat) -> Mapping[str, bool]:
    stops: Mapping[str, bool] = trial_of(beat).get("stops", {})
    return stops


def trial_of(beat: WorkerBeat) -> Mapping[str, Any]:
    """What came of the tier in which this worker holds its bots."""
    tried: Sequence[Mapping[str, Any]] = beat.evidence.get("tried", ())
    return next((each for each in tried if each["tier"] == beat.tier), beat.evidence)


def disk(reading: Reading) -> Finding:
    return room_in(Path(current_app.instance_path))


def room_in(folder: Path) -> Finding:
    try:
        usage = shutil.disk_usage(folder)
    except OSError as error:
        return fail(f"The instance folder cannot be read: {error.strerror}.")
    free = usage.free * 100 // usage.total
    facts = {"free_bytes": usage.free, "total_bytes": usage.total, "free_percent": free}
    said = f"{filesize(usage.free)} of {filesize(usage.total)} are free ({free}%)."
    if free < TOO_LITTLE:
        return fail(f"{said} Make room before saving fails.", **facts)
    if free < LITTLE:
        return warn(f"{said} Make room soon.", **facts)
    return ok(said, **facts)
