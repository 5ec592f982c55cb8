"""What customers wrote about; every ticket must have a category."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any

KNOWN = {"billing", "delivery", "returns", "account", "product"}


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    categories: Counter[str] = Counter()
    with (files / "tickets.csv").open(newline="") as file:
        for ticket in csv.DictReader(file):
            print(f"Ticket {ticket['ticket']}: {ticket['category']}")
            if ticket["category"] not in KNOWN:
                raise ValueError(f"Ticket {ticket['ticket']} has no known category.")
            categories[ticket["category"]] += 1
    return {"tickets": categories.total(), "by_category": dict(categories)}
