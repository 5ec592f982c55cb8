"""The list of runs: which rows its filters mean, in an order that an index gives.

What narrows the list leads the statement: a filter that asks another table joins it
first and orders by its `run_id`, so that no page reads or sorts more than it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func, select

from dashboard.lists import CAP, FILTERED, Paged
from dashboard.lists import Rows as Page
from dashboard.permissions import SYSTEM, Actor
from dashboard.runs.filters import any_of, between, conditions_of, days
from dashboard.runs.meaning import Meant, meant_by
from dashboard.runs.models import Run, RunInput
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import (
    RUNS,
    STEPS,
    WORKFLOWS,
    Rows,
    chosen_rows,
    rows_of,
    table_of,
)
from dashboard.sifting import COUNTED, Along, Merged, Sifted

GIVEN, STEP, EARLIER = table_of(RunInput).alias(), STEPS.alias(), STEPS.alias()
"""Made once: a table that goes by another name gets all its columns anew."""


@cache
def led_by(table: FromClause) -> FromClause:
    """The runs that this table knows of: of few tables, and always the same."""
    return table.join(RUNS, RUNS.c.id == table.c.run_id)


@dataclass(frozen=True)
class Lead:
    """The table by which runs are found, and what its rows may be, any one of it."""

    table: FromClause
    asked: Sequence[ColumnElement[bool]] = (sa.true(),)
    once: Sequence[ColumnElement[bool]] = ()
    """What keeps a run from being found twice, where its rows may repeat it."""

    @property
    def key(self) -> ColumnElement[UUID]:
        return RUNS.c.id if self.table is RUNS else self.table.c.run_id

    @property
    def runs(self) -> FromClause:
        return RUNS if self.table is RUNS else led_by(self.table)

    @property
    def condition(self) -> ColumnElement[bool]:
        return any_of(self.asked)

    @property
    def ids(self) -> Rows:
        """What this table alone knows of them."""
        found = select(self.key).where(self.condition)
        return found.distinct() if self.once else found

    @property
    def of_run(self) -> ColumnElement[bool]:
        """The same, asked of each run that another lead has found."""
        if self.table is RUNS:
            return self.condition
        rows = select(self.table.c.id).where(self.key == RUNS.c.id)
        return rows.where(self.condition).correlate(RUNS).exists()

    def along(self, *where: ColumnElement[bool]) -> Along:
        """Their ids, as indexes have them."""
        parts = [select(self.key).where(each, *where) for each in self.asked]
        nothing = select(self.key).where(sa.false())
        return Along(parts or [nothing], self.key)


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
    leads = leads_of(query, meant)
    lead, *others = leads or [Lead(RUNS)]
    bounds = between(query, lead.key)
    along = lead.along(*bounds)
    one_by_one = [*(each.of_run for each in others), *days(query)]
    every = (lead.condition, *bounds, *lead.once, *one_by_one)
    rows = rows_of(lead.runs).where(*every)
    if actor.sees_all and not one_by_one:
        pages = Merged(
            rows,
            (lead.key,),
            lead.ids,
            FILTERED if leads else CAP,
            along=lead.along(*lead.once),
            named=chosen_rows,
        )
        return Listing(pages)
    newest = along.newest(COUNTED).correlate(None)
    # of so few, no database begins elsewhere
    among = select(func.count(RUNS.c.id)).where(RUNS.c.id.in_(newest), *one_by_one)
    sifted = Sifted(
        rows,
        (lead.key,),
        along=along,
        among=among,
        chosen=select(lead.key).select_from(lead.runs).where(*every),
        named=chosen_rows,
    )
    return Listing(sifted if actor.sees_all else seen_by(actor, sifted, query))


def seen_by(actor: Actor, pages: Sifted, query: RunFilter) -> Sifted:
    """Those of them that this person may see."""
    its_own = WORKFLOWS.c.id == RUNS.c.workflow_id
    is_seen = Run.seen_one_by_one(actor)
    return replace(
        pages,
        rows=pages.rows.where(Run.seen_by(actor)),
        chosen=pages.chosen.outerjoin(WORKFLOWS, its_own).where(is_seen),
        among=pages.among.outerjoin(WORKFLOWS, its_own).where(is_seen),
        is_sought=not query.is_set,
    )


def leads_of(query: RunFilter, meant: Meant) -> list[Lead]:
    """By which tables runs are found: their inputs, the versions or bots they ran, and
    themselves; of fewest runs first.
    """
    leads = []
    if query.pair:
        name, value = query.pair
        is_given = sa.and_(GIVEN.c.name == name, GIVEN.c.value == value)
        leads.append(Lead(GIVEN, [is_given]))
    if query.bot_id:
        leads.append(ran(query, meant))
    return [*leads, *(Lead(RUNS, each) for each in conditions_of(query, meant))]


def ran(query: RunFilter, meant: Meant) -> Lead:
    """Steps of the bot, or of one version of it; of a run only the first such step."""

    def is_meant(each: FromClause) -> ColumnElement[bool]:
        if query.version is None:
            return each.c.bot_id == query.bot_id
        known = meant.of("version")
        return each.c.bot_version_id == known[0] if known else sa.false()

    before = select(EARLIER.c.id).where(
        EARLIER.c.run_id == STEP.c.run_id, EARLIER.c.id < STEP.c.id, is_meant(EARLIER)
    )
    return Lead(STEP, [is_meant(STEP)], once=[~before.exists()])
