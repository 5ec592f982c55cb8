"""What customers wrote about; waits for an export that is not there yet."""

import csv
import time
from collections import Counter
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    export = files / "tickets.csv"
    while not export.exists():
        print("The export is not there yet")
        time.sleep(0.2)

    with export.open(newline="") as file:
        tickets = list(csv.DictReader(file))
    print(f"{len(tickets)} tickets")
    categories = Counter(ticket["category"] or "none" for ticket in tickets)
    return {"tickets": len(tickets), "by_category": dict(categories)}
