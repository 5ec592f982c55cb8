"""Which refunds are paid; stops at the first one over the limit."""

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    limit, total, paid = Decimal(str(inputs["limit"])), Decimal(0), 0
    with (files / "refunds.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            if Decimal(row["amount"]) > limit:
                raise ValueError(f"Order {row['order']} is over the limit.")
            total += Decimal(row["amount"])
            paid += 1
    return {"paid": paid, "total": str(total)}
