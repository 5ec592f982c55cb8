"""What customers wrote about: counts an export of support tickets."""

import csv
from collections import Counter
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    top = int(inputs.get("top", 5))
    exports = sorted(files.glob("*.csv"))
    if not exports:
        raise ValueError("Attach at least one CSV export of tickets.")

    categories: Counter[str] = Counter()
    hours: Counter[str] = Counter()
    for export in exports:
        tickets = read(export)
        categories.update(ticket["category"] or "none" for ticket in tickets)
        hours.update(ticket["opened"][11:13] for ticket in tickets)

    write_csv(categories)
    busiest = max(hours, key=lambda hour: (hours[hour], hour)) if hours else None
    print(f"{categories.total()} tickets in {len(categories)} categories")
    return {
        "tickets": categories.total(),
        "by_category": [
            {"category": name, "tickets": number}
            for name, number in categories.most_common(top)
        ],
        "busiest_hour": busiest,
    }


def read(export: Path) -> list[dict[str, str]]:
    with export.open(encoding="utf-8", newline="") as file:
        tickets = list(csv.DictReader(file))
    print(f"{export.name}: {len(tickets)} tickets")
    return tickets


def write_csv(categories: Counter[str]) -> None:
    with Path("output/categories.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["category", "tickets"])
        table.writerows(categories.most_common())
