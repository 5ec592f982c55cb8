"""What the list shows of each run, from the plain tables.

A list reads columns and no objects: without the mapper between, its statement is
built and read in half the time.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    Column,
    FromClause,
    Label,
    Select,
    String,
    Subquery,
    Table,
    and_,
    cast,
    func,
    select,
)

from dashboard.agents.models import Agent
from dashboard.bots.models import Bot, BotVersion
from dashboard.runs.models import Execution, Run
from dashboard.users.models import User
from dashboard.workflows.models import Workflow

Rows = Select[*tuple[Any, ...]]


def table_of(model: Any) -> Table:
    table: Table = model.__table__
    return table


def as_text(id_: Column[Any]) -> Label[str]:
    """An id that only programs go on by: no page has to make an object of it."""
    return cast(id_, String).label(id_.name)


RUNS, WORKFLOWS, PEOPLE = table_of(Run), table_of(Workflow), table_of(User)
STEPS, BOTS, VERSIONS = table_of(Execution), table_of(Bot), table_of(BotVersion)
AGENTS = table_of(Agent)
OTHERS = STEPS.alias()
FIRST = and_(STEPS.c.run_id == RUNS.c.id, STEPS.c.position == 1, STEPS.c.sub == 0)

SHOWN = (
    RUNS.c.id,
    RUNS.c.status,
    RUNS.c.trigger,
    as_text(RUNS.c.workflow_id),
    as_text(RUNS.c.bot_id),
    RUNS.c.error,
    RUNS.c.attempt,
    RUNS.c.is_unacknowledged,
    RUNS.c.queued_at,
    RUNS.c.available_at,
    RUNS.c.started_at,
    RUNS.c.ended_at,
    WORKFLOWS.c.number.label("workflow_number"),
    WORKFLOWS.c.title.label("workflow_title"),
    BOTS.c.name.label("bot_name"),
    VERSIONS.c.number.label("version"),
    AGENTS.c.name.label("agent_name"),
    PEOPLE.c.name.label("started_by_name"),
    select(func.count(OTHERS.c.id))
    .where(OTHERS.c.run_id == RUNS.c.id, OTHERS.c.sub == 0)
    .correlate(RUNS)
    .scalar_subquery()
    .label("steps"),
)


def named(runs: FromClause) -> FromClause:
    """With what they are called by; outwards, for a run may lack any of it."""
    return (
        runs.outerjoin(WORKFLOWS, WORKFLOWS.c.id == RUNS.c.workflow_id)
        .outerjoin(PEOPLE, PEOPLE.c.id == RUNS.c.started_by_id)
        .outerjoin(STEPS, FIRST)
        .outerjoin(BOTS, BOTS.c.id == STEPS.c.bot_id)
        .outerjoin(VERSIONS, VERSIONS.c.id == STEPS.c.bot_version_id)
        .outerjoin(AGENTS, AGENTS.c.id == STEPS.c.agent_id)
    )


@cache
def rows_of(runs: FromClause) -> Rows:
    """Built once for each table that leads the list."""
    return select(*SHOWN).select_from(named(runs))


def chosen_rows(chosen: Subquery) -> Rows:
    """The runs of these ids."""
    runs = chosen.join(RUNS, RUNS.c.id == chosen.c[0])
    return select(*SHOWN).select_from(named(runs))
