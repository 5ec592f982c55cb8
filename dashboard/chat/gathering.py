"""Inputs as people write them in a chat: `name: value`, a line each, or JSON."""

import json
import re
from collections.abc import Iterable
from typing import Any

from dashboard.workflows.inputs import Kind, Property

LINE = re.compile(r"^\s*[-*]?\s*([\w][\w ]{0,60}?)\s*[:=]\s*(.*\S)\s*$")
YES, NO = {"yes", "true", "y", "on"}, {"no", "false", "n", "off"}


def gathered(texts: Iterable[str], asked: list[Property]) -> dict[str, Any]:
    """What was said of these inputs; what was said last holds."""
    known = {key: each for each in asked for key in (each.name, plain(each.label))}
    found: dict[str, Any] = {}
    for text in texts:
        for name, value in pairs_in(text):
            if each := known.get(plain(name)):
                found[each.name] = typed(value, each)
    return found


def pairs_in(text: str) -> Iterable[tuple[str, Any]]:
    if text.lstrip().startswith("{"):
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None  # then it may still be lines that begin with a brace
        if isinstance(given, dict):
            return given.items()
    matches = (LINE.match(line) for line in text.splitlines())
    return ((match[1], match[2]) for match in matches if match)


def plain(name: str) -> str:
    return "_".join(name.lower().split())


def typed(value: Any, asked: Property) -> Any:
    """As the schema wants it; what cannot be read stays as it was written."""
    if not isinstance(value, str):
        return value
    if asked.kind is Kind.YES_NO:
        word = value.lower()
        return True if word in YES else False if word in NO else value
    if asked.kind is Kind.LINES:
        return [part.strip() for part in value.split(",") if part.strip()]
    if asked.kind in {Kind.WHOLE, Kind.NUMBER}:
        return number_in(value, asked.kind)
    return value


def number_in(value: str, kind: Kind) -> Any:
    text = value.replace(" ", "").removeprefix("$")
    try:
        return int(text) if kind is Kind.WHOLE else float(text)
    except ValueError:
        return value
