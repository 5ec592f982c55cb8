"""Which words differ inside the lines of a diff that were changed."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from dashboard.workflows.diff import DiffLine, same_head

WORD = re.compile(r"\w+|\s+|[^\w\s]")
MOST_WORDS = 40
"""More words than these in a changed stretch are marked as one."""
Marks = list[tuple[int, int]]
"""From and to, in characters of the line."""


class MarkedLine(NamedTuple):
    """A line of a diff, and where in it the changed words stand."""

    kind: str
    old: int | None
    new: int | None
    text: str
    marks: Marks

    @property
    def parts(self) -> Iterator[tuple[str, bool]]:
        """The text in pieces, each with whether it changed."""
        at = 0
        for start, end in self.marks:
            yield self.text[at:start], False
            yield self.text[start:end], True
            at = end
        yield self.text[at:], False


def marked(lines: Sequence[DiffLine]) -> list[MarkedLine]:
    """The same lines; a removed one is compared with the one added in its place."""
    found: list[MarkedLine] = []
    removed: list[int] = []
    for place, line in enumerate(lines):
        found.append(MarkedLine(*line, []))
        if line.kind == "del":
            removed.append(place)
        elif line.kind != "add":
            removed = []
        elif removed:
            old = removed.pop(0)
            before, after = marks_between(found[old].text, line.text)
            found[old] = found[old]._replace(marks=before)
            found[place] = found[place]._replace(marks=after)
    return found


def marks_between(before: str, after: str) -> tuple[Marks, Marks]:
    """Nothing is marked where most words went: the whole line is another."""
    old, new = WORD.findall(before), WORD.findall(after)
    head = same_head(old, new)
    tail = same_head(old[head:][::-1], new[head:][::-1])
    codes = [
        (i1 + head, i2 + head, j1 + head, j2 + head)
        for i1, i2, j1, j2 in changes(
            old[head : len(old) - tail], new[head : len(new) - tail]
        )
    ]
    gone = [word for a, b, _, _ in codes for word in old[a:b]]
    if (letters(old) - letters(gone)) * 2 < max(letters(old), letters(new)):
        return [], []
    return (
        spans(old, [(a, b) for a, b, _, _ in codes]),
        spans(new, [(c, d) for _, _, c, d in codes]),
    )


def letters(words: Sequence[str]) -> int:
    """How much of a line is not blank."""
    return sum(len(word) for word in words if not word.isspace())


def changes(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    if max(len(old), len(new)) > MOST_WORDS:
        return [(0, len(old), 0, len(new))]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]


def spans(words: list[str], places: list[tuple[int, int]]) -> Marks:
    """Places counted in words as places counted in characters."""
    edges = [0]
    for word in words:
        edges.append(edges[-1] + len(word))
    return [(edges[a], edges[b]) for a, b in places if a < b]
