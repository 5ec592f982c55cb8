"""Where parcels are, from the lines that the courier sends."""

from collections import Counter
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    states: Counter[str] = Counter()
    for line in inputs["lines"]:
        parcel, state = line.split(";")
        print(f"{parcel}: {state}")
        states[state] += 1
    return {"parcels": states.total(), "by_state": dict(states)}
