"""The list of runs: which rows its filters mean, in an order that an index gives.

What narrows the list leads the statement: a filter that asks another table joins it
first and orders by its `run_id`, so that no page reads or sorts more than it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, select

from dashboard.extensions import db
from dashboard.lists import CAP, FILTERED, Paged
from dashboard.lists import Rows as Page
from dashboard.permissions import Actor
from dashboard.runs.filters import between, conditions_of
from dashboard.runs.meaning import Meant, meant_by
from dashboard.runs.models import Run, RunInput
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS, STEPS, Rows, rows_of, table_of

Conditions = tuple[ColumnElement[bool], ...]
GIVEN, STEP, EARLIER = table_of(RunInput).alias(), STEPS.alias(), STEPS.alias()
"""Made once: a table that goes by another name gets all its columns anew."""

MOST_LOOKED_AT = 500
"""Where each run has to be looked at to be counted, the total ends here."""


@cache
def led_by(table: FromClause) -> FromClause:
    """The runs that this table knows of: of few tables, and always the same."""
    return table.join(RUNS, RUNS.c.id == table.c.run_id)


@dataclass(frozen=True)
class Lead:
    """Another table by which runs are found, and what its rows must be."""

    table: FromClause
    conditions: Conditions
    once: Conditions = ()
    """What keeps a run from being found twice, where its rows may repeat it."""

    @property
    def key(self) -> ColumnElement[UUID]:
        return self.table.c.run_id

    @property
    def runs(self) -> FromClause:
        return led_by(self.table)

    @property
    def ids(self) -> Rows:
        """What this table alone knows of them."""
        found = select(self.key).where(*self.conditions)
        return found.distinct() if self.once else found

    @property
    def exists(self) -> ColumnElement[bool]:
        """The same, asked of each run that another lead has found."""
        rows = select(self.table.c.id).where(self.key == RUNS.c.id)
        return rows.where(*self.conditions).correlate(RUNS).exists()


@dataclass(frozen=True)
class Listing:
    """The runs that match, and the column that orders them, newest first."""

    runs: FromClause
    conditions: Conditions
    key: ColumnElement[UUID]
    pages: Paged
    offered: Sequence[tuple[str, str]] = ()
    """The bots that the filter offers, their ids as text."""

    @property
    def newest_first(self) -> Rows:
        return self.pages.rows.order_by(self.key.desc())

    def page(self, after: str | None, limit: int) -> Page:
        return self.pages.page(after, limit)

    def ids(self, most: int) -> Sequence[UUID]:
        """The newest of the matching runs."""
        found = select(RUNS.c.id).select_from(self.runs).where(*self.conditions)
        return db.session.scalars(found.order_by(self.key.desc()).limit(most)).all()


def listing(actor: Actor, query: RunFilter, *, offer: bool = False) -> Listing:
    """What the list shows with these filters."""
    meant = meant_by(actor, query, offer=offer)
    if actor.sees_all:
        ids = tuple((kind, tuple(some)) for kind, some in meant.ids.items())
        found = whole(query.alone, ids)
    else:
        found = matching(query, meant, Run.seen_by(actor))
    return replace(found, offered=meant.offered)


@lru_cache(maxsize=64)
def whole(query: RunFilter, ids: tuple[tuple[str, tuple[UUID, ...]], ...]) -> Listing:
    """The same for all who see everything: built once, while people look at it."""
    return matching(query, Meant(ids={kind: list(some) for kind, some in ids}))


def matching(query: RunFilter, meant: Meant, *seen: ColumnElement[bool]) -> Listing:
    leads = leads_of(query, meant)
    among = [lead.exists for lead in leads[1:]]
    asked = (*among, *conditions_of(query, meant), *seen)
    if not leads:
        key = RUNS.c.id
        counted = select(key).where(*asked)
        cap = FILTERED if asked else CAP
        return listed(RUNS, key, (*asked, *between(query, key)), counted, cap)
    lead = leads[0]
    asked += tuple(between(query, lead.key))
    every = (*lead.conditions, *lead.once, *asked)
    if not asked:
        return listed(lead.runs, lead.key, every, lead.ids, FILTERED)
    counted = select(lead.key).select_from(lead.runs).where(*every)
    return listed(lead.runs, lead.key, every, counted, MOST_LOOKED_AT)


def listed(
    runs: FromClause,
    key: ColumnElement[UUID],
    asked: Conditions,
    counted: Rows,
    cap: int,
) -> Listing:
    rows = rows_of(runs).where(*asked)
    return Listing(runs, asked, key, Paged(rows, (key,), counted, cap))


def leads_of(query: RunFilter, meant: Meant) -> list[Lead]:
    """By which tables runs are found: their inputs, the versions or bots they ran."""
    leads = []
    if query.pair:
        name, value = query.pair
        leads.append(Lead(GIVEN, (GIVEN.c.name == name, GIVEN.c.value == value)))
    if query.bot_id:
        leads.append(ran(query, meant))
    return leads


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
    return Lead(STEP, (is_meant(STEP),), once=(~before.exists(),))
