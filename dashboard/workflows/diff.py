"""What changed between two texts, or two contents, line by line."""

import json
from difflib import SequenceMatcher
from typing import Any, NamedTuple

AROUND = 3
"""Unchanged lines shown before and after a change."""
MOST_LINES = 2000
"""A longer text is compared no further: its diff would help nobody."""


class DiffLine(NamedTuple):
    """A line with its numbers: kind is hunk, same, add or del."""

    kind: str
    old: int | None
    new: int | None
    text: str


def pretty_lines(content: Any) -> list[str]:
    """A text as it is; anything else as JSON with one spelling, key by key."""
    if not isinstance(content, str):
        content = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    return str(content).splitlines()[:MOST_LINES]


def changed_lines(before: Any, after: Any) -> list[DiffLine]:
    """The changed lines with a few around them; none if nothing changed."""
    old, new = pretty_lines(before), pretty_lines(after)
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    found: list[DiffLine] = []
    for group in matcher.get_grouped_opcodes(AROUND):
        found.append(DiffLine("hunk", None, None, f"from line {group[0][3] + 1}"))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += same(old[i1:i2], i1, j1)
                continue
            found += [DiffLine("del", i + 1, None, old[i]) for i in range(i1, i2)]
            found += [DiffLine("add", None, j + 1, new[j]) for j in range(j1, j2)]
    return found


def same(lines: list[str], old: int, new: int) -> list[DiffLine]:
    return [
        DiffLine("same", old + n, new + n, text)
        for n, text in enumerate(lines, start=1)
    ]
