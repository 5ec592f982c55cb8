"""The list of runs: which rows its filters mean, in an order that an index gives.

What narrows the list leads the statement: a filter that asks another table joins it
first and orders by its `run_id`, so that no page reads or sorts more than it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select

from dashboard.lists import CAP, FILTERED, Paged
from dashboard.lists import Rows as Page
from dashboard.permissions import SYSTEM, Actor
from dashboard.runs.dates import days, span_of
from dashboard.runs.leads import Condition, Lead, leads_of
from dashboard.runs.meaning import Meant, meant_by
from dashboard.runs.models import Run
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS, WORKFLOWS, Rows, chosen_rows, rows_of
from dashboard.sifting import COUNTED, LOWEST, Merged, Sifted


@dataclass(frozen=True)
class Listing:
    """The runs that match, newest first."""

    pages: Paged
    offered: Sequence[tuple[str, str]] = ()
    """The bots that the filter offers, their ids as text."""

    def page(self, after: str | None, limit: int) -> Page:
        return self.pages.page(after, limit)

    def ids(self, most: int) -> Sequence[UUID]:
        return [row[0] for row in self.pages.newest(most, RUNS.c.id)]


def listing(actor: Actor, query: RunFilter, *, offer: bool = False) -> Listing:
    """What the list shows with these filters."""
    meant = meant_by(actor, query, offer=offer)
    if actor.sees_all:
        ids = tuple((kind, tuple(some)) for kind, some in meant.ids.items())
        found = whole(query.alone, ids)
    else:
        found = matching(actor, query, meant)
    return replace(found, offered=meant.offered)


@lru_cache(maxsize=64)
def whole(query: RunFilter, ids: tuple[tuple[str, tuple[UUID, ...]], ...]) -> Listing:
    """The same for all who see everything: built once, while people look at it."""
    meant = Meant(ids={kind: list(some) for kind, some in ids})
    return matching(SYSTEM, query, meant)


def matching(actor: Actor, query: RunFilter, meant: Meant) -> Listing:
    leads = [*leads_of(query, meant)]
    if not leads or (leads[0].is_wide and not actor.sees_all):
        leads.insert(0, Lead(RUNS))
    lead, *others = leads
    if not actor.sees_all:
        return Listing(seen_by(actor, sifted(query, lead, others), query))
    return Listing(sifted(query, lead, others) if others else exact(query, lead))


def exact(query: RunFilter, lead: Lead) -> Merged:
    """What this lead finds in these days."""
    span = span_of(query)
    where = [*span.above(lead.key), *span.below(lead.key), *lead.once, *days(query)]
    if span.is_set:
        along = lead.along(*where, of=lead.runs)
        counted, cap = found_by(lead, *where), COUNTED  # each is looked at
    else:
        along = lead.along(*where)
        counted, cap = lead.ids, FILTERED if query.is_set else CAP
    rows = rows_of(lead.runs).where(lead.condition, *where)
    return Merged(rows, (lead.key,), counted, cap, along=along, named=chosen_rows)


def sifted(query: RunFilter, lead: Lead, others: Sequence[Lead]) -> Sifted:
    """Those of them that the others would find, too."""
    span, told = span_of(query), [*days(query), *(each.of_run for each in others)]
    above, below = span.above(lead.key), span.below(lead.key)
    along, matches = lead.along(*above, *below), [*below, *lead.once, *told]

    def among(keys: Select[Any]) -> Select[int]:
        """Of so few, no database begins elsewhere."""
        return select(func.count(RUNS.c.id)).where(RUNS.c.id.in_(keys), *told)

    return Sifted(
        rows_of(lead.runs).where(lead.condition, *above, *matches),
        (lead.key,),
        along=along,
        among=among,
        chosen=found_by(lead, *matches),
        named=chosen_rows,
        lowest=LOWEST if span.first is None else span.first,
    )


def found_by(lead: Lead, *where: Condition) -> Rows:
    return select(lead.key).select_from(lead.runs).where(lead.condition, *where)


def seen_by(actor: Actor, pages: Sifted, query: RunFilter) -> Sifted:
    """Those of them that this person may see."""
    its_own = WORKFLOWS.c.id == RUNS.c.workflow_id
    is_seen = Run.seen_one_by_one(actor)
    return replace(
        pages,
        rows=pages.rows.where(Run.seen_by(actor)),
        chosen=pages.chosen.outerjoin(WORKFLOWS, its_own).where(is_seen),
        among=lambda keys: (
            pages.among(keys).outerjoin(WORKFLOWS, its_own).where(is_seen)
        ),
        is_sparse=True,
        is_sought=not query.is_set,
    )
