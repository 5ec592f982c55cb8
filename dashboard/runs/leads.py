"""The ways to find the runs that a filter asks for.

Each goes along indexes that have those runs in the order of the list.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, FromClause, func, select

from dashboard.runs.meaning import Meant
from dashboard.runs.models import WENT_WRONG, RunInput
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import RUNS, STEPS, Rows, table_of
from dashboard.sifting import Along

GIVEN, STEP, EARLIER = table_of(RunInput).alias(), STEPS.alias(), STEPS.alias()
"""Made once: a table that goes by another name gets all its columns anew."""
FEW = 5
"""Of so many bots each may be read by itself, though only some of its runs match."""

Condition = ColumnElement[bool]


@cache
def led_by(table: FromClause) -> FromClause:
    """The runs that this table knows of: of few tables, and always the same."""
    return table.join(RUNS, RUNS.c.id == table.c.run_id)


@dataclass(frozen=True)
class Lead:
    """The table by which runs are found, and what its rows may be, any one of it."""

    table: FromClause
    asked: Sequence[Condition] = (sa.true(),)
    once: Sequence[Condition] = ()
    """What keeps a run from being found twice, where its rows may repeat it."""
    told: Condition | None = None
    """The same, as each run says it that another lead has found."""

    @property
    def key(self) -> ColumnElement[UUID]:
        return RUNS.c.id if self.table is RUNS else self.table.c.run_id

    @property
    def runs(self) -> FromClause:
        return RUNS if self.table is RUNS else led_by(self.table)

    @property
    def is_wide(self) -> bool:
        """Whether too many would have to be read, where each run is looked at."""
        return len(self.asked) > FEW

    @property
    def condition(self) -> Condition:
        return any_of(*self.asked)

    @property
    def ids(self) -> Rows:
        """What this table alone knows of them."""
        found = select(self.key).where(self.condition)
        return found.distinct() if self.once else found

    @property
    def of_run(self) -> Condition:
        if self.told is not None:
            return self.told
        if self.table is RUNS:
            return self.condition
        rows = select(self.table.c.id).where(self.key == RUNS.c.id)
        return rows.where(self.condition).correlate(RUNS).exists()

    def along(self, *where: Condition, of: FromClause | None = None) -> Along:
        """Their ids, as indexes have them; conditions on runs want runs to ask of."""
        every = select(self.key).select_from(self.table if of is None else of)
        parts = [every.where(each, *where) for each in self.asked]
        return Along(parts or [every.where(sa.false())], self.key)


def leads_of(query: RunFilter, meant: Meant) -> Iterator[Lead]:
    """One for each filter that is set but the days; of fewest runs first."""
    if query.pair:
        name, value = query.pair
        yield Lead(GIVEN, [sa.and_(GIVEN.c.name == name, GIVEN.c.value == value)])
    if query.bot_id:
        yield ran(query, meant)
    people = [RUNS.c.started_by_id == id_ for id_ in meant.of("person")]
    if query.actor and len(people) < 2:  # noqa: PLR2004  # one, or none
        yield Lead(RUNS, people)
    text = called(query, meant)
    says_little = text.is_wide or looks_at_errors(query)
    if query.q and not says_little:
        yield text
    if query.unacknowledged:
        yield Lead(RUNS, [sa.and_(RUNS.c.is_unacknowledged)])
    if query.status:
        yield Lead(RUNS, [RUNS.c.status == query.status])
    if query.trigger:
        yield Lead(RUNS, [RUNS.c.trigger == query.trigger])
    if len(people) > 1:
        yield Lead(RUNS, people)
    if query.q and says_little:
        yield text


def ran(query: RunFilter, meant: Meant) -> Lead:
    """Steps of the bot, or of one version of it; of a run only the first such step."""

    def is_meant(each: FromClause) -> Condition:
        if query.version is None:
            return each.c.bot_id == query.bot_id
        known = meant.of("version")
        return each.c.bot_version_id == known[0] if known else sa.false()

    before = select(EARLIER.c.id).where(
        EARLIER.c.run_id == STEP.c.run_id, EARLIER.c.id < STEP.c.id, is_meant(EARLIER)
    )
    return Lead(STEP, [is_meant(STEP)], once=[~before.exists()])


def called(query: RunFilter, meant: Meant) -> Lead:
    """Runs of these bots or workflows; among what failed also by their error.

    Of a workflow there are few: an approval buys one.
    """
    bots, workflows = meant.of("bot"), meant.of("workflow")
    asked: list[Condition] = [RUNS.c.bot_id == id_ for id_ in bots]
    if workflows:
        asked.append(RUNS.c.workflow_id.in_(workflows))
    told: list[Condition] = [
        hidden(RUNS.c.bot_id).in_(bots),
        hidden(RUNS.c.workflow_id).in_(workflows),
    ]
    if looks_at_errors(query):
        is_said = RUNS.c.error.icontains(query.q, autoescape=True)
        asked.append(is_said)
        told.append(is_said)
    return Lead(RUNS, asked, told=any_of(*told))


def looks_at_errors(query: RunFilter) -> bool:
    return query.unacknowledged or query.status in WENT_WRONG


def hidden(column: ColumnElement[UUID]) -> ColumnElement[UUID]:
    """The same value, by which SQLite does not begin to look for runs: of fifty bots it
    would read all they ever did, for the few runs that something else has found.
    """
    return func.coalesce(column, sa.null())


def any_of(*conditions: Condition) -> Condition:
    return sa.or_(sa.false(), *conditions)
