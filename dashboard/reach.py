"""How far back a text is looked for: among the newest, and further back if asked.

No index finds a part of a word. So that a list costs the same however long it is, the
text is looked for among so many of the newest rows that match every other filter; the
page says how far that was, and whoever reads it may go on tenfold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, TypeVar, TypeVarTuple

from pydantic import Field
from sqlalchemy import Select

from dashboard.lists import Key, Rows
from dashboard.schemas import Out, Page

FIRST = 5_000
FURTHER = 10
MOST = 50_000_000

Reach = Annotated[
    int,
    Field(
        ge=1,
        le=MOST,
        description="Among how many of the newest that match every other filter a text "
        "is looked for.",
    ),
]
Item = TypeVar("Item")
Pair = TypeVarTuple("Pair")


@dataclass(frozen=True)
class Searched:
    """How far a text was looked for, where older rows were left out."""

    entries: int
    back_to: datetime
    is_narrowed: bool
    """Other filters decided which rows these are."""

    @property
    def next_reach(self) -> int | None:
        return min(self.entries * FURTHER, MOST) if self.entries < MOST else None


@dataclass(frozen=True)
class Found(Rows):
    """A page, and how far its text was looked for: None if nothing was left out."""

    searched: Searched | None


class SearchedOut(Out):
    """A text was looked for among so many of the newest; older ones may match too."""

    entries: int
    back_to: datetime


class FoundPage(Page[Item]):
    """`searched` is null where nothing was left out; else ask with a larger `reach`."""

    searched: SearchedOut | None


def edge(rows: Select[*Pair], key: Key, reach: int) -> Select[*Pair]:
    """Of what the other filters match the last row within reach, and the one after."""
    return rows.order_by(key.desc()).limit(2).offset(reach - 1)


def searched(
    edge: Sequence[datetime], reach: int, *, is_narrowed: bool
) -> Searched | None:
    """What the moments of the rows at the edge tell; None: all is within reach."""
    if len(edge) < 2:  # noqa: PLR2004  # the last one, and one that is left out
        return None
    return Searched(reach, edge[0], is_narrowed)


def found(page: Rows, searched: Searched | None) -> Found:
    return Found(page.items, page.next, page.total, page.total_is_capped, searched)
