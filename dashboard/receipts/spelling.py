"""The one spelling of a receipt, its digests, and on which line each part stands."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

FORMAT = "quorum-receipt/1"
WHOLE = "receipt"
"""The digest of everything that is proved, beside those of its parts."""
AROUND = ("issued_at", "issuer")
"""What has a digest of its own outside of it."""
SEALED = frozenset(
    {"changes", "content", "detail", "explain", "oversight", "routing", "rule"}
)
"""Parts that have one digest as a whole, whatever stands in them."""
HALF = re.compile("[\ud800-\udfff]")
"""Half characters: JSON may hold them, UTF-8 may not."""

Document = dict[str, Any]


def canonical(content: object) -> str:
    """JSON with one spelling, as it is hashed and signed: sorted keys, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def digest(content: object) -> str:
    """As Quorum names digests everywhere."""
    return f"sha256:{hashlib.sha256(canonical(content).encode()).hexdigest()}"


def written(document: object) -> bytes:
    """The file: the same JSON with a line for each value, as people can read it."""
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False)
    return (HALF.sub(escaped, text) + "\n").encode()


def escaped(half: re.Match[str]) -> str:
    return f"\\u{ord(half[0]):04x}"


def digests_of(document: Document) -> dict[str, str]:
    """Path to digest, for the whole, for what surrounds it, and for every part."""
    around = {name: document[name] for name in AROUND}
    found = {WHOLE: digest({**around, WHOLE: document[WHOLE]})}
    found |= {name: digest(value) for name, value in around.items()}
    return found | {path: digest(part) for path, part in parts(document[WHOLE])}


def parts(value: object, above: str = "") -> Iterator[tuple[str, Any]]:
    """Every section, item and group of values below this one, with its path."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, dict | list) or not above:
                yield from part(f"{above}{step(name)}", each, name in SEALED)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            if isinstance(each, dict | list):
                yield from part(f"{above}{place}", each, False)


def part(path: str, value: object, is_sealed: bool) -> Iterator[tuple[str, Any]]:
    yield path, value
    if not is_sealed:
        yield from parts(value, f"{path}/")


def step(name: str) -> str:
    """A name as a step of a path, as JSON pointers write it (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def parent(path: str) -> str | None:
    """The part around this one; nothing is around the whole."""
    if path == WHOLE:
        return None
    return path.rpartition("/")[0] or WHOLE


def place(path: str) -> list[str]:
    """The steps from the document down to a part."""
    if path == WHOLE or path in AROUND:
        return [path]
    steps = path.split("/")
    return [WHOLE, *(each.replace("~1", "/").replace("~0", "~") for each in steps)]


def lines(document: Document, steps: Iterable[str]) -> tuple[int, int]:
    """The first and the last line on which something stands in the file."""
    first, value = 1, document
    for step in steps:
        deeper, value = below(value, step)
        first += deeper
    return first, first + height(value) - 1


def below(value: Any, step: str) -> tuple[int, Any]:
    """How many lines below its parent's first a value begins, and the value."""
    listed = isinstance(value, list)
    names = range(len(value)) if listed else sorted(value)
    wanted: Any = int(step) if listed else step
    before = [name for name in names if name < wanted]
    return 1 + sum(height(value[name]) for name in before), value[wanted]


def height(value: object) -> int:
    """How many lines a value takes in the file."""
    if not isinstance(value, dict | list) or not value:
        return 1
    within = value.values() if isinstance(value, dict) else value
    return 2 + sum(map(height, within))
