"""The list of runs: which rows its filters mean, in an order that an index gives.

What narrows the list leads the statement: a filter that asks another table joins it
first and orders by its `run_id`, so that no page reads or sorts more than it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from dashboard.bots.models import Bot, BotVersion
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.runs.filters import conditions_of
from dashboard.runs.meaning import Meant, meant_by
from dashboard.runs.models import Execution, Run, RunInput
from dashboard.runs.schemas import RunFilter
from dashboard.users.models import User
from dashboard.workflows.models import Workflow

Rows = Select[*tuple[Any, ...]]
OTHERS = aliased(Execution)

SHOWN = (
    Run.id,
    Run.status,
    Run.trigger,
    Run.workflow_id,
    Run.bot_id,
    Run.error,
    Run.attempt,
    Run.is_unacknowledged,
    Run.queued_at,
    Run.available_at,
    Run.started_at,
    Run.ended_at,
    Workflow.number.label("workflow_number"),
    Workflow.title.label("workflow_title"),
    Bot.name.label("bot_name"),
    BotVersion.number.label("version"),
    User.name.label("started_by_name"),
    select(func.count(OTHERS.id))
    .where(OTHERS.run_id == Run.id)
    .correlate(Run)
    .scalar_subquery()
    .label("steps"),
)


@dataclass(frozen=True)
class Lead:
    """Another table by which runs are found, and what its rows must be."""

    table: Any
    conditions: tuple[ColumnElement[bool], ...]
    once: tuple[ColumnElement[bool], ...] = ()
    """What keeps a run from being found twice."""

    @property
    def exists(self) -> ColumnElement[bool]:
        """The same, asked of each run that another lead has found."""
        rows = select(self.table.id).where(self.table.run_id == Run.id)
        return rows.where(*self.conditions).correlate(Run).exists()


@dataclass(frozen=True)
class Listing:
    """The statement behind the list, and the column that orders it, newest first."""

    rows: Rows
    key: InstrumentedAttribute[UUID]
    offered: Sequence[tuple[UUID, str]] = ()
    """The bots that the filter offers."""

    @property
    def newest_first(self) -> Rows:
        return self.rows.order_by(self.key.desc())

    def ids(self, most: int) -> Sequence[UUID]:
        """The newest of the matching runs."""
        bare = self.newest_first.with_only_columns(Run.id, maintain_column_froms=True)
        return db.session.scalars(bare.limit(most)).all()


def listing(actor: Actor, query: RunFilter, *, offer: bool = False) -> Listing:
    """What the list shows with these filters, without loading a single object."""
    meant = meant_by(actor, query, offer=offer)
    leads = leads_of(query, meant)
    key: Any = leads[0].table.run_id if leads else Run.id
    rows: Rows = select(*SHOWN)
    if leads:
        found_by = sa.join(leads[0].table, Run, Run.id == key)
        rows = rows.select_from(found_by).where(*leads[0].conditions, *leads[0].once)
    first = sa.and_(Execution.run_id == Run.id, Execution.position == 1)
    rows = (
        rows.outerjoin(Run.workflow)
        .outerjoin(Run.started_by)
        .outerjoin(Execution, first)
        .outerjoin(Execution.bot)
        .outerjoin(Execution.version)
        .where(*(lead.exists for lead in leads[1:]))
        .where(*conditions_of(query, meant))
    )
    seen = () if actor.sees_all else (Run.seen_by(actor),)
    return Listing(rows.where(*seen), key, meant.offered)


def leads_of(query: RunFilter, meant: Meant) -> list[Lead]:
    """By which tables runs are found: their inputs, the versions or bots they ran."""
    leads = []
    if query.pair:
        given = aliased(RunInput)
        name, value = query.pair
        leads.append(Lead(given, (given.name == name, given.value == value)))
    if query.bot_id:
        leads.append(ran(query, meant))
    return leads


def ran(query: RunFilter, meant: Meant) -> Lead:
    """Steps of the bot, or of one version of it; of a run only the first such step."""
    step, earlier = aliased(Execution), aliased(Execution)

    def is_meant(each: Any) -> ColumnElement[bool]:
        if query.version is None:
            return each.bot_id == query.bot_id
        known = meant.of("version")
        return each.bot_version_id == known[0] if known else sa.false()

    before = select(earlier.id).where(
        earlier.run_id == step.run_id,
        earlier.position < step.position,
        is_meant(earlier),
    )
    return Lead(step, (is_meant(step),), once=(~before.exists(),))
