"""How long customers waited for a first reply: half of them, and too long."""

from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    target = inputs.get("target", 60)
    minutes = sorted(ticket["minutes"] for ticket in inputs["tickets"])
    late = [each for each in minutes if each > target]
    print(f"{len(minutes)} tickets, {len(late)} over {target} minutes")
    return {
        "tickets": len(minutes),
        "half_within": minutes[len(minutes) // 2],
        "late": len(late),
    }
