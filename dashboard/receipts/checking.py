"""Whether a receipt is sound, from the file and the public key alone."""

import json
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from itertools import islice, pairwise
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from dashboard.receipts import evidence, replaying
from dashboard.receipts.comparing import Digests
from dashboard.receipts.findings import Finding, Wrong, standing
from dashboard.receipts.schemas import Envelope, Receipt
from dashboard.receipts.signing import Jwk, is_signed, read_key
from dashboard.receipts.spelling import (
    FORMAT,
    WHOLE,
    Document,
    digests_of,
    lines,
    place,
    written,
)

NAMES = frozenset(Envelope.model_fields)
MOST = 100
"""Findings that are told: a forged file could fill a terminal for hours."""
OTHER_SIGNATURE = (
    "the signature does not fit: something was changed, or another key signed this."
)


class Unreadable(Exception):
    """This is no receipt at all."""

    def __init__(self, where: str, text: str) -> None:
        super().__init__(text)
        self.finding = Finding(where, text)


@dataclass(frozen=True)
class Reading:
    """A file that was read: what it says, and whether its lines can be counted on."""

    document: Document
    is_exact: bool

    def where(self, *steps: str, name: str = "") -> str:
        """The name of a part, and the lines on which it stands."""
        name = name or "/".join(steps)
        if not self.is_exact:
            return name
        return f"{name} ({standing(*lines(self.document, steps))})"

    def part(self, path: str) -> str:
        return self.where(*place(path), name=path)


def check(raw: bytes, jwk: Jwk) -> list[Finding]:
    """What is wrong with the file, as far as anybody reads; nothing if it is sound."""
    return list(islice(findings_in(raw, jwk), MOST))


def findings_in(raw: bytes, jwk: Jwk) -> Iterator[Finding]:
    """What was changed comes first, the deepest part first.

    Then what cannot have happened as it is told: no signature excuses that.
    """
    key_id, key = read_key(jwk)
    try:
        document = read(raw)
        spelled = list(misspelled(raw, document))
        reading = Reading(document, is_exact=not spelled)
        yield from spelled
        yield from other_key(reading, key_id)
        yield from changed(reading)
        yield from unsigned(reading, key_id, key)
        yield from impossible(reading)
    except Unreadable as unreadable:
        yield unreadable.finding
    except RecursionError:
        yield Finding("the file", "it is nested too deeply for a receipt.")


def read(raw: bytes) -> Document:
    try:
        document = json.loads(raw.decode())
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        text = f"byte {error.start} of the file is not UTF-8."
        raise Unreadable(f"line {line}", text) from error
    except json.JSONDecodeError as error:
        text = f"this is not JSON at column {error.colno}: {error.msg}."
        raise Unreadable(f"line {error.lineno}", text) from error
    except ValueError as error:
        raise Unreadable("the file", f"this cannot be read: {error}.") from error
    if not isinstance(document, dict):
        raise Unreadable("the file", "this is not a receipt but another JSON value.")
    recognise(raw, document)
    return document


def recognise(raw: bytes, document: Document) -> None:
    """Refuse what is no receipt of this format."""
    for name in sorted(document.keys() - NAMES):
        where = f"{name}{line_of(raw, name)}"
        raise Unreadable(where, f"“{name}” is not of a receipt.")
    for name in sorted(NAMES - document.keys()):
        raise Unreadable("the file", f"“{name}” is missing.")
    if document["format"] != FORMAT:
        text = f"the format is not {FORMAT}, the one this version of Quorum checks."
        raise Unreadable(f"format{line_of(raw, 'format')}", text)
    kinds = {WHOLE: dict, "digests": dict}
    for name in sorted(NAMES):
        if not isinstance(document[name], kinds.get(name, str)):
            raise Unreadable(f"{name}{line_of(raw, name)}", "this has another shape.")


def line_of(raw: bytes, name: str) -> str:
    """Where a name of the outermost level stands, if it stands there."""
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if line.startswith(f' "{name}":'.encode()):
            return f" (line {number})"
    return ""


def misspelled(raw: bytes, document: Document) -> Iterator[Finding]:
    """The same content has one spelling only; any other was not written by Quorum."""
    exact = written(document)
    if raw == exact:
        return
    start = alike(raw, exact)
    end = max(len(raw) - alike(raw[:start:-1], exact[:start:-1]), start)
    first, last = (raw.count(b"\n", 0, place) + 1 for place in (start, end))
    text = f"this is not spelled as Quorum writes it, from byte {start} on."
    yield Finding(standing(first, last), text)


def alike(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    different = (place for place, (a, b) in pairs if a != b)
    return next(different, min(len(one), len(other)))


def other_key(reading: Reading, key_id: str) -> Iterator[Finding]:
    named = reading.document["key_id"]
    if named != key_id:
        text = f"it names the key {named}, and the key at hand is {key_id}."
        yield Finding(reading.where("key_id"), text)


def unsigned(reading: Reading, key_id: str, key: Ed25519PublicKey) -> Iterator[Finding]:
    document = reading.document
    if document["key_id"] == key_id and not is_signed(document, key):
        yield Finding(reading.where("signature"), OTHER_SIGNATURE)


def changed(reading: Reading) -> Iterator[Finding]:
    """The parts that are not what their digests say, where it happened."""
    listed, actual = reading.document["digests"], digests_of(reading.document)
    told = Digests(listed, actual)
    for path in sorted(told.misstated):
        step = ("digests", path) if path in listed else ("digests",)
        text = f"the digest of {path} is not what it was: this list was changed."
        yield Finding(reading.where(*step, name=f"digests/{path}"), text)
    for path in sorted(told.added):
        yield Finding(reading.part(path), f"{path} has no digest: it was added.")
    for path in sorted(told.changed):
        yield Finding(reading.part(path), f"{path} was changed.")
    for path in sorted(told.gone):
        text = f"this lists {path}, which is not in the receipt."
        yield Finding(reading.where("digests", path, name=f"digests/{path}"), text)


def impossible(reading: Reading) -> Iterator[Finding]:
    """What the receipt tells that cannot have happened so."""
    try:
        receipt = Envelope.model_validate(reading.document).receipt
    except ValidationError as error:
        yield from misshapen(error)
        return
    for path, text in told_wrong(receipt):
        yield Finding(reading.part(path), text)


def misshapen(error: ValidationError) -> Iterator[Finding]:
    for each in error.errors(include_url=False, include_input=False):
        path = "/".join(str(step) for step in each["loc"])
        said = each["msg"].removeprefix("Value error, ")
        yield Finding(path.removeprefix(f"{WHOLE}/"), f"this has another shape: {said}")


def told_wrong(receipt: Receipt) -> Wrong:
    if not any(round_.is_decided for round_ in receipt.rounds):
        yield "rounds", "nothing in it was decided."
    for before, after in pairwise(receipt.rounds):
        if after.revision <= before.revision:
            yield "rounds", f"revision {after.revision} stands after a later one."
    for number, round_ in enumerate(receipt.rounds):
        yield from replaying.wrong_in(f"rounds/{number}", round_)
    yield from evidence.wrong_in(receipt)


def chosen(keys: Any, raw: bytes) -> Any:
    """Of a key set, the key that the receipt names; a key alone is that key."""
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), list):
        return keys
    try:
        wanted: Any = read(raw)["key_id"]
    except Unreadable:
        wanted = None
    named = [each for each in keys["keys"] if isinstance(each, dict)]
    return next((k for k in named if k.get("kid") == wanted), next(iter(named), None))


def soundness(findings: Sized) -> str:
    """How many things are wrong, as a person says it."""
    count = len(findings)
    if count >= MOST:
        return f"{MOST} things or more are wrong."
    return "1 thing is wrong." if count == 1 else f"{count} things are wrong."
