"""Whether enough people are at the help desk, by Erlang's formula."""

from math import exp
from pathlib import Path
from typing import Any

MOST_PEOPLE = 200
PATIENCE = 5
"""Minutes after which a reply comes late."""


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    tickets, minutes = float(inputs["tickets_per_hour"]), float(inputs["minutes_each"])
    people = int(inputs["people"])
    share = inputs.get("in_time", 0.8)
    in_time = [answered(tickets * minutes / 60, n, minutes) for n in range(MOST_PEOPLE)]
    wanted = next(n for n in range(MOST_PEOPLE) if in_time[n] >= share)

    said = "enough" if wanted <= people else f"{wanted - people} too few"
    print(f"{tickets:g} tickets an hour, {people} people: {said}")
    return {
        "busy": round(tickets * minutes / 60 / people, 2),
        "in_time": round(in_time[people], 2),
        "people_wanted": wanted,
    }


def answered(load: float, people: int, minutes: float) -> float:
    """The share of customers who are answered in time."""
    if people <= load:
        return 0.0
    return 1 - waiting(load, people) * exp((load - people) * PATIENCE / minutes)


def waiting(load: float, people: int) -> float:
    """Erlang C: the chance that everybody is busy."""
    inverse = 1.0
    for n in range(1, people + 1):
        inverse = 1 + inverse * n / load
    blocked = 1 / inverse
    busy = load / people
    return blocked / (1 - busy * (1 - blocked))
