"""How long customers waited for a first reply: half, nine of ten, and too long."""

from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    target = inputs.get("target", 60)
    minutes = sorted(ticket["minutes"] for ticket in inputs["tickets"])
    if not minutes:
        raise ValueError("Name at least one ticket.")

    late = [each for each in minutes if each > target]
    print(f"{len(minutes)} tickets, {len(late)} over {target} minutes")
    return {
        "tickets": len(minutes),
        "half_within": within(minutes, 50),
        "nine_of_ten_within": within(minutes, 90),
        "late": len(late),
    }


def within(minutes: list[int], percent: int) -> int:
    """The time in which this share had their reply."""
    return minutes[-(-len(minutes) * percent // 100) - 1]
