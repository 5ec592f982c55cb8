"""Numbers, shares and times as people say them."""

from collections.abc import Sequence
from math import gcd

PARTS = {3: "third", 4: "quarter", 5: "fifth", 10: "tenth"}
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
UNITS = {"day": 86_400, "hour": 3_600, "minute": 60, "second": 1}


def fraction(num: int, den: int) -> str:
    """A share between nothing and all: "half", "two thirds", "60%" or "3/7"."""
    divisor = gcd(num, den)
    num, den = num // divisor, den // divisor
    if den == 2:
        return "half"
    if den in PARTS:
        name = PARTS[den]
        return f"a {name}" if num == 1 else f"{NUMBERS[num]} {name}s"
    return f"{num * 100 // den}%" if 100 % den == 0 else f"{num}/{den}"


def counted(number: int, one: str, many: str) -> str:
    word = NUMBERS[number] if number < len(NUMBERS) else f"{number:,}"
    return f"{word} {one if number == 1 else many}"


def duration(seconds: int) -> str:
    """In the largest unit that leaves no rest."""
    unit = next(unit for unit, size in UNITS.items() if seconds % size == 0)
    number = seconds // UNITS[unit]
    return f"{number:,} {unit}" if number == 1 else f"{number:,} {unit}s"


def listed(clauses: Sequence[str]) -> str:
    """Joined with commas and a last "and"."""
    if len(clauses) < 3:
        return " and ".join(clauses)
    return f"{', '.join(clauses[:-1])}, and {clauses[-1]}"
