"""What is wrong with a receipt, in sentences that say where."""

from collections.abc import Iterator
from dataclasses import dataclass

Wrong = Iterator[tuple[str, str]]
"""Path of the part, and what is wrong with it."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: the part or field of the file, and a sentence."""

    where: str
    text: str

    def __str__(self) -> str:
        return printable(f"{self.where}: {self.text}")


def printable(text: str) -> str:
    """Without what a forger may have hidden in a name to mislead a terminal."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def standing(first: int, last: int) -> str:
    """Lines as people say them."""
    return f"line {first}" if first == last else f"lines {first} to {last}"
