"""The text of a prompt: its variables, its hash, and how it is filled in.

The rules are those of string.Template: $name and ${name} are variables, $$ is a dollar,
and braces of JSON stay as they are.
"""

from collections.abc import Iterator, Mapping
from string import Template
from typing import Any, NamedTuple

from dashboard.audit import digest


class Piece(NamedTuple):
    """A stretch of a prompt; of a variable, also its name."""

    text: str
    variable: str = ""


def variables_in(content: str) -> list[str]:
    """Each variable once, in the order in which they come."""
    return Template(content).get_identifiers()


def rendered(content: str, values: Mapping[str, str]) -> str:
    """The text with these values in it; what is not known stays as it is."""
    return Template(content).safe_substitute(values)


def hash_of(content: str) -> str:
    return digest(content)


def pieces_of(content: str) -> Iterator[Piece]:
    """The text in pieces, so that a page can mark the variables."""
    at = 0
    for found in Template.pattern.finditer(content):
        name = found["named"] or found["braced"]
        if name:
            yield Piece(content[at : found.start()])
            yield Piece(found[0], name)
            at = found.end()
    yield Piece(content[at:])


def documented(
    content: str, given: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What is known of each variable: as given now, else as of the version before."""
    nothing = {"description": "", "example": ""}
    return {
        name: given.get(name) or before.get(name) or nothing
        for name in variables_in(content)
    }
