"""Which answers are read again: a share of the tickets, drawn by lot."""

import random
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    tickets, percent = int(inputs["tickets"]), int(inputs["percent"])
    count = max(1, tickets * percent // 100)
    drawn = sorted(random.sample(range(1, tickets + 1), count))
    print(f"{count} of {tickets} tickets are read again")
    return {"drawn": drawn}
