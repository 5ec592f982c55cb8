"""How long customers waited for a first reply."""

from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    minutes = [ticket["minutes"] for ticket in inputs["tickets"]]
    print(f"{len(minutes)} tickets")
    return {"tickets": len(minutes), "mean": round(sum(minutes) / len(minutes), 1)}
