"""How the people of the demo sign in: shown once, and kept beside the database."""

import os
from collections.abc import Sequence
from pathlib import Path

from flask import current_app

from dashboard.demo.cast import SignIn

CLICKS = """\
Six things to look at:
  1. Sign in as tomas and open the inbox: his vote decides “Refund batch 44”, which
     closes in three hours.
  2. Open “Break-in report for web1” as priya, then as jonas: two approvals run it.
  3. Open “Refund batch 41” as lena and read its receipt: proposal to result, signed.
  4. Open the council Payments as mara and try another rule on it.
  5. Open “Refund batch 43” as victor: approved, changed in the database, never run.
  6. Open the bot “Reply times” as lena: it fails since version 7. Compare, roll back.
"""


def kept_at() -> Path:
    return Path(current_app.instance_path) / "demo-sign-ins.txt"


def keep(sign_ins: Sequence[SignIn]) -> None:
    """For their owner's eyes only."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with open(os.open(kept_at(), flags, 0o600), "w", encoding="utf-8") as file:
        file.write(table(sign_ins))


def table(sign_ins: Sequence[SignIn]) -> str:
    rows = [("Role", "Username", "Password")]
    rows += [(each.role.label, each.username, each.password) for each in sign_ins]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]
    return "".join(f"{line.rstrip()}\n" for line in lines)
