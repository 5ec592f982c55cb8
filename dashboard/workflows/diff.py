"""What changed between two texts, or two contents, line by line."""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

AROUND = 3
"""Unchanged lines shown before and after a change."""
MOST_LINES = 2000
"""Of what differs; the rest is left out, as a longer diff would help nobody."""
SMALL = 200
"""Lines that are compared each with each, which takes their number to the third."""

Codes = list[tuple[str, int, int, int, int]]


class DiffLine(NamedTuple):
    """A line with its numbers: kind is hunk, same, add or del."""

    kind: str
    old: int | None
    new: int | None
    text: str


class Diff(NamedTuple):
    """Changed lines, and how many that may differ were left out."""

    lines: list[DiffLine]
    left_out: int


class Block(NamedTuple):
    """Lines old[i:i+size] that are new[j:j+size]."""

    i: int
    j: int
    size: int


def pretty_lines(content: Any) -> list[str]:
    """A text as it is; anything else as JSON with one spelling, key by key."""
    if not isinstance(content, str):
        content = json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False)
    return str(content).splitlines()


def changed_lines(before: Any, after: Any) -> list[DiffLine]:
    """The changed lines with a few around them; none if nothing changed."""
    return compared(before, after).lines


def compared(before: Any, after: Any) -> Diff:
    old, new = pretty_lines(before), pretty_lines(after)
    head = same_head(old, new)
    tail = same_head(old[head:][::-1], new[head:][::-1])
    i, j = len(old) - tail, len(new) - tail
    left_out = max(0, i - head - MOST_LINES) + max(0, j - head - MOST_LINES)
    if left_out:
        old, new = old[: min(i, head + MOST_LINES)], new[: min(j, head + MOST_LINES)]
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    matcher.opcodes = opcodes(old, new)  # type: ignore[attr-defined]  # it groups them
    return Diff(list(shown(old, new, matcher)), left_out)


def shown(
    old: list[str], new: list[str], matcher: SequenceMatcher[str]
) -> Iterator[DiffLine]:
    for group in matcher.get_grouped_opcodes(AROUND):
        if all(code[0] == "equal" for code in group):
            return  # difflib's answer when nothing differs
        yield DiffLine("hunk", None, None, f"from line {group[0][3] + 1}")
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from same(old[i1:i2], i1, j1)
                continue
            yield from (DiffLine("del", i + 1, None, old[i]) for i in range(i1, i2))
            yield from (DiffLine("add", None, j + 1, new[j]) for j in range(j1, j2))


def same(lines: list[str], old: int, new: int) -> list[DiffLine]:
    return [
        DiffLine("same", old + n, new + n, text)
        for n, text in enumerate(lines, start=1)
    ]


def opcodes(old: list[str], new: list[str]) -> Codes:
    """As difflib has them, from the blocks that both texts hold."""
    codes: Codes = []
    i = j = 0
    found = sorted(block for block in blocks(old, new) if block.size)
    for block in [*found, Block(len(old), len(new), 0)]:
        start = block.i, block.j
        if start != (i, j):
            codes.append(("replace", i, block.i, j, block.j))
        elif codes:
            start = codes[-1][1], codes[-1][3]
            del codes[-1]  # it goes on right where the last block ended
        i, j = block.i + block.size, block.j + block.size
        if i > start[0]:
            codes.append(("equal", start[0], i, start[1], j))
    return codes


def blocks(old: list[str], new: list[str]) -> Iterator[Block]:
    """Patience: lines that stand once in each text divide them into smaller ones.

    difflib alone needs a minute where every second line of a long text is blank.
    """
    ranges = [(0, len(old), 0, len(new))]
    while ranges:
        i, i_end, j, j_end = ranges.pop()
        head = same_head(old[i:i_end], new[j:j_end])
        i, j = i + head, j + head
        tail = same_head(old[i:i_end][::-1], new[j:j_end][::-1])
        i_end, j_end = i_end - tail, j_end - tail
        yield Block(i - head, j - head, head)
        yield Block(i_end, j_end, tail)
        inner = (old[i:i_end], new[j:j_end])
        if places := anchors(*inner):
            edges = [(0, 0), *places, (i_end - i, j_end - j)]
            for (a, b), (c, d) in zip(edges, edges[1:], strict=False):
                ranges.append((i + a, i + c, j + b, j + d))
        elif max(map(len, inner)) <= SMALL:
            matcher = SequenceMatcher(None, *inner, autojunk=False)
            found = matcher.get_matching_blocks()
            yield from (Block(i + m.a, j + m.b, m.size) for m in found)


def anchors(old: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Where lines stand that each text holds once, as many as follow in both."""
    once = Counter(old), Counter(new)
    places = {text: j for j, text in enumerate(new) if once[1][text] == 1}
    pairs = [
        (i, places[text])
        for i, text in enumerate(old)
        if once[0][text] == 1 and text in places
    ]
    ends: list[int] = []
    chains: list[Any] = []  # (i, j, the chain before it), one per length
    for i, j in pairs:
        length = bisect_left(ends, j)
        chain = (i, j, chains[length - 1] if length else None)
        ends[length : length + 1] = [j]
        chains[length : length + 1] = [chain]
    found, last = [], chains[-1] if chains else None
    while last:
        found.append(last[:2])
        last = last[2]
    return found[::-1]


def same_head(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(old), len(new)))
