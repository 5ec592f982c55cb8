"""Who is at the help desk this week: everybody about as often as everybody else."""

from collections import Counter
from itertools import cycle, islice
from pathlib import Path
from typing import Any

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def run(inputs: dict[str, Any], files: Path) -> dict[str, Any]:
    people, seats = list(inputs["people"]), int(inputs.get("seats", 2))
    if seats > len(people):
        raise ValueError(f"{len(people)} people cannot take {seats} seats a day.")

    turn = cycle(people)
    plan = {day: list(islice(turn, seats)) for day in DAYS}
    for day, names in plan.items():
        print(f"{day}: {', '.join(names)}")
    days = Counter(name for names in plan.values() for name in names)
    return {"plan": plan, "days": dict(days)}
