"""Where parcels are, from the lines that the courier sends."""

from collections import Counter
from pathlib import Path
from typing import Any

WORDS = {
    "HUB": "on its way",
    "OUT": "out for delivery",
    "OK": "delivered",
    "BACK": "returned",
}


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    states: Counter[str] = Counter()
    for line in inputs["lines"]:
        parcel, code, *_ = line.split(";")
        print(f"{parcel}: {code}")
        states[WORDS[code]] += 1
    return {"parcels": states.total(), "by_state": dict(states)}
