"""The list of runs: which rows its filters mean, in an order that an index gives.

What narrows the list leads the statement: a filter that asks another table joins it
first and orders by its `run_id`, so that no page reads or sorts more than it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, select

from dashboard.extensions import db
from dashboard.lists import Rows as Page
from dashboard.lists import paginate
from dashboard.permissions import Actor
from dashboard.runs.filters import conditions_of
from dashboard.runs.meaning import Meant, meant_by
from dashboard.runs.models import Run, RunInput
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS, STEPS, Rows, rows_of, table_of


@dataclass(frozen=True)
class Lead:
    """Another table by which runs are found, and what its rows must be."""

    table: FromClause
    conditions: tuple[ColumnElement[bool], ...]
    once: tuple[ColumnElement[bool], ...] = ()
    """What keeps a run from being found twice, where its rows may repeat it."""

    @property
    def key(self) -> ColumnElement[UUID]:
        return self.table.c.run_id

    @property
    def runs(self) -> FromClause:
        return self.table.join(RUNS, RUNS.c.id == self.key)

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
    conditions: Sequence[ColumnElement[bool]]
    key: ColumnElement[UUID]
    counted: Rows
    """As many rows, found with the least work."""
    offered: Sequence[tuple[UUID, str]] = ()
    """The bots that the filter offers."""

    @property
    def rows(self) -> Rows:
        """What the list shows of each, without loading a single object."""
        return rows_of(self.runs).where(*self.conditions)

    @property
    def newest_first(self) -> Rows:
        return self.rows.order_by(self.key.desc())

    def page(self, after: str | None, limit: int) -> Page:
        rows, counted = self.rows, self.counted
        return paginate(rows, self.key, after=after, limit=limit, counted=counted)

    def ids(self, most: int) -> Sequence[UUID]:
        """The newest of the matching runs."""
        found = select(RUNS.c.id).select_from(self.runs).where(*self.conditions)
        return db.session.scalars(found.order_by(self.key.desc()).limit(most)).all()


def listing(actor: Actor, query: RunFilter, *, offer: bool = False) -> Listing:
    """What the list shows with these filters."""
    meant = meant_by(actor, query, offer=offer)
    leads = leads_of(query, meant)
    asked = [lead.exists for lead in leads[1:]] + conditions_of(query, meant)
    if not actor.sees_all:
        asked.append(Run.seen_by(actor))
    if not leads:
        counted = select(RUNS.c.id).where(*asked)
        return Listing(RUNS, asked, RUNS.c.id, counted, meant.offered)
    lead = leads[0]
    every = [*lead.conditions, *lead.once, *asked]
    found = select(lead.key).select_from(lead.runs).where(*every)
    counted = found if asked else lead.ids
    return Listing(lead.runs, every, lead.key, counted, meant.offered)


def leads_of(query: RunFilter, meant: Meant) -> list[Lead]:
    """By which tables runs are found: their inputs, the versions or bots they ran."""
    leads = []
    if query.pair:
        given = table_of(RunInput).alias()
        name, value = query.pair
        leads.append(Lead(given, (given.c.name == name, given.c.value == value)))
    if query.bot_id:
        leads.append(ran(query, meant))
    return leads


def ran(query: RunFilter, meant: Meant) -> Lead:
    """Steps of the bot, or of one version of it; of a run only the first such step."""
    step, earlier = STEPS.alias(), STEPS.alias()

    def is_meant(each: FromClause) -> ColumnElement[bool]:
        if query.version is None:
            return each.c.bot_id == query.bot_id
        known = meant.of("version")
        return each.c.bot_version_id == known[0] if known else sa.false()

    before = select(earlier.c.id).where(
        earlier.c.run_id == step.c.run_id, earlier.c.id < step.c.id, is_meant(earlier)
    )
    return Lead(step, (is_meant(step),), once=(~before.exists(),))
