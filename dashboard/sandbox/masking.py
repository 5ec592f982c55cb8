"""Keeps the secrets that a bot was handed out of its log and its results."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from dashboard.sandbox.outcome import Outcome

MASK = "[secret]"
SHORTEST = 6
"""Shorter values are not masked: they stand in any text by chance."""
MOST_HELD = 64 << 10
"""Bytes of values on values that wait; beyond, what was found is shown as masked."""


class Masker:
    """Masks whole values, also where one comes in several pieces.

    It knows the plain values alone: what a bot encodes or cuts up is not found.
    """

    def __init__(self, values: Iterable[str]) -> None:
        chosen = {value for value in values if len(value) >= SHORTEST}
        self._values = [value.encode() for value in sorted(chosen)]
        self._held = b""

    def feed(self, chunk: bytes) -> bytes:
        """What may be shown by now; the beginning of a value waits for its rest."""
        if not self._values:
            return chunk
        text = self._held + chunk
        found = self._spans(text)
        cut = self._unfinished(text)
        for start, end in found:
            if start < cut < end:
                cut = start if end - start < MOST_HELD else end
        self._held = text[cut:]
        return masked(text[:cut], [span for span in found if span[1] <= cut])

    def flush(self) -> bytes:
        """The rest. A beginning that is long enough to tell is masked as well."""
        text, self._held = self._held, b""
        found = self._spans(text)
        start = self._unfinished(text)
        if len(text) - start >= SHORTEST:
            found = merged([*found, (start, len(text))])
        return masked(text, found)

    def text(self, text: str) -> str:
        if not self._values:
            return text
        content = text.encode("utf-8", "surrogatepass")
        return masked(content, self._spans(content)).decode("utf-8", "surrogatepass")

    def value(self, value: Any) -> Any:
        """The same JSON, with every text in it masked, names too."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.value(each) for each in value]
        if isinstance(value, dict):
            return {self.text(name): self.value(each) for name, each in value.items()}
        return value

    def outcome(self, outcome: Outcome) -> Outcome:
        if not self._values:
            return outcome
        return replace(
            outcome,
            message=self.text(outcome.message),
            traceback=self.text(outcome.traceback),
            output=self.value(outcome.output),
        )

    def _spans(self, text: bytes) -> list[tuple[int, int]]:
        """Where values stand; those that overlap count as one."""
        spans = []
        for value in self._values:
            at = text.find(value)
            while at >= 0:
                spans.append((at, at + len(value)))
                at = text.find(value, at + 1)
        return merged(spans)

    def _unfinished(self, text: bytes) -> int:
        """Where the end of the text begins that could be the beginning of a value."""
        earliest = len(text)
        for value in self._values:
            at = text.find(value[:1], max(0, len(text) - len(value) + 1))
            while 0 <= at < earliest:
                if value.startswith(text[at:]):
                    earliest = at
                at = text.find(value[:1], at + 1)
        return earliest


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    together: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if together and start < together[-1][1]:
            together[-1] = (together[-1][0], max(end, together[-1][1]))
        else:
            together.append((start, end))
    return together


def masked(text: bytes, spans: list[tuple[int, int]]) -> bytes:
    shown, after = b"", 0
    for start, end in spans:
        shown += text[after:start] + MASK.encode()
        after = end
    return shown + text[after:]
