"""Reads the child's reports; the bot shares its process, so nothing is trusted."""

import json
import math
from dataclasses import dataclass, field
from typing import Any, NoReturn

from dashboard.sandbox.outcome import Ending

MOST_NESTED = 64
LARGEST_INTEGER = 2**63 - 1
MOST_TEXT = 8000
THE_CHILD_MAY_SAY = {
    Ending.COMPLETED,
    Ending.FAILED,
    Ending.MEMORY_LIMIT,
    Ending.DISK_LIMIT,
    Ending.BAD_RESULT,
    Ending.DENIED,
}


class Malformed(Exception):
    """What the child sent is no report; says why."""


@dataclass(frozen=True)
class Report:
    """The child's two messages: which layers hold, and how the bot's code ended."""

    layers: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    started: bool = False
    said: dict[str, Any] | None = None

    @property
    def ending(self) -> Ending:
        return Ending(self.said["ending"]) if self.said else Ending.CRASHED

    def text(self, name: str) -> str:
        return str((self.said or {}).get(name, ""))[:MOST_TEXT]


def read_layers(sent: bytes) -> Report:
    """The first line is written before any code of the bot runs."""
    first, newline, _ = sent.partition(b"\n")
    if not newline:
        return Report()
    start = json.loads(first)
    return Report(start["layers"], start["missing"], started=True)


def read_report(sent: bytes) -> Report:
    start = read_layers(sent)
    second = sent.split(b"\n", 2)[1:2]
    if not start.started or second in ([], [b""]):
        return start
    said = _parse(second[0])
    if not isinstance(said, dict) or said.get("ending") not in THE_CHILD_MAY_SAY:
        raise Malformed("its report is not one of ours")
    if said["ending"] == Ending.COMPLETED and not isinstance(said.get("output"), dict):
        raise Malformed("its result is not a dict")
    _check(said.get("output"))
    return Report(start.layers, start.missing, started=True, said=said)


def _parse(line: bytes) -> Any:
    try:
        return json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed(
            f"its result is not plain JSON ({error})"[:MOST_TEXT]
        ) from error


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _check(output: Any) -> None:
    """Refuse what a database cannot keep, at any depth."""
    pending = [(output, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > MOST_NESTED:
            raise Malformed(f"its result is nested deeper than {MOST_NESTED} levels")
        if isinstance(value, dict):
            pending += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            pending += [(part, depth + 1) for part in value]
        else:
            _check_scalar(value)


def _check_scalar(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise Malformed("its result has a NUL character in a text")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Malformed("its result has half of a surrogate pair in a text")
    elif isinstance(value, float) and not math.isfinite(value):
        raise Malformed("its result has a number that is not finite")
    elif isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise Malformed("its result has an integer of more than 64 bits")
