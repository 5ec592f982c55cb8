"""Who tried to guess passwords: counts the failed sign-ins in sshd logs."""

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

# Anchored at both ends: whoever invents a user name cannot invent an address with it.
FAILED = re.compile(
    r"Failed password for (?:invalid user )?(?P<user>.*)"
    r" from (?P<address>\S+) port \d+(?: ssh2)?"
)
MESSAGE = re.compile(r"sshd(?:-session)?\[\d+\]: (?P<text>.*)$")
REPEATED = re.compile(r"message repeated (?P<times>\d+) times: \[ ?(?P<text>.*)\]")
STEP = 500


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    threshold = int(inputs.get("threshold", 20))
    logs = sorted(path for path in files.iterdir() if path.is_file())
    if not logs:
        raise ValueError("Attach at least one sshd log.")

    addresses: Counter[str] = Counter()
    users: Counter[str] = Counter()
    lines = sum(read(log, addresses, users) for log in logs)

    by_address = ranked(addresses, "address")
    over = [row["address"] for row in by_address if row["failed"] > threshold]
    write_csv(by_address)
    print(f"{addresses.total()} failed passwords from {len(addresses)} addresses")
    print(f"Over the threshold of {threshold}: {len(over)}")
    return {
        "failed_passwords": addresses.total(),
        "by_address": by_address,
        "by_user": ranked(users, "user"),
        "over_threshold": over,
        "lines": lines,
    }


def read(log: Path, addresses: Counter[str], users: Counter[str]) -> int:
    """Count one log's failed passwords; how many lines it has."""
    print(f"Reading {log.name}")
    number = 0
    with log.open(encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            count(line, addresses, users)
            if number % STEP == 0:
                print(f"  {number} lines, {addresses.total()} failed passwords so far")
    print(f"  {number} lines read")
    return number


def count(line: str, addresses: Counter[str], users: Counter[str]) -> None:
    """A message that syslog folded into "repeated N times" counts N times."""
    message = MESSAGE.search(line)
    if message is None:
        return
    text, times = message["text"], 1
    if repeated := REPEATED.fullmatch(text):
        text, times = repeated["text"], int(repeated["times"])
    if failed := FAILED.fullmatch(text):
        addresses[failed["address"]] += times
        users[failed["user"]] += times


def ranked(counts: Counter[str], what: str) -> list[dict[str, Any]]:
    """Most often first; among equals by name."""
    order = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return [{what: name, "failed": failed} for name, failed in order]


def write_csv(rows: list[dict[str, Any]]) -> None:
    with Path("output/addresses.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, ["address", "failed"])
        table.writeheader()
        table.writerows(rows)
