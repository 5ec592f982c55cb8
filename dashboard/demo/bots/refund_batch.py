"""Which refunds are paid: those up to a limit; the rest is left to a person."""

import csv
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    limit = Decimal(str(inputs["limit"]))
    batches = sorted(files.glob("*.csv"))
    if not batches:
        raise ValueError("Attach the refunds as CSV: order, customer, amount.")

    refunds = [refund for batch in batches for refund in read(batch)]
    paid = [refund for refund in refunds if refund["amount"] <= limit]
    left = [refund for refund in refunds if refund["amount"] > limit]
    write_csv(paid)
    total = sum((refund["amount"] for refund in paid), Decimal(0))
    print(f"{len(paid)} refunds of {total} in all; {len(left)} over the limit")
    return {
        "paid": len(paid),
        "total": str(total),
        "left_to_a_person": [refund["order"] for refund in left],
    }


def read(batch: Path) -> list[dict[str, Any]]:
    print(f"Reading {batch.name}")
    with batch.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        {**row, "amount": amount_of(row["amount"], line)}
        for line, row in enumerate(rows, start=2)
    ]


def amount_of(text: str, line: int) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"Line {line}: {text!r} is not an amount.") from None


def write_csv(refunds: list[dict[str, Any]]) -> None:
    with Path("output/paid.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["order", "customer", "amount"])
        table.writeheader()
        table.writerows(refunds)
