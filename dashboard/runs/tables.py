"""Runs as a table, for whoever opens them in a spreadsheet."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Row

from dashboard.exports import CAP
from dashboard.permissions import Actor
from dashboard.runs.listing import listing
from dashboard.runs.models.steps import between
from dashboard.runs.schemas import RunFilter
from dashboard.runs.shown import SHOWN

Line = list[Any]


def lines_for(actor: Actor, query: RunFilter) -> Iterator[Line]:
    """The runs of the list with these filters: one more than a file takes, if any."""
    for row in listing(actor, query).pages.newest(CAP + 1, *SHOWN):
        yield [value(row) for value in COLUMNS.values()]


def waited(row: Row[Any]) -> float | None:
    return between(max(row.queued_at, row.available_at), row.started_at)


def took(row: Row[Any]) -> float | None:
    return between(row.started_at, row.ended_at)


COLUMNS: dict[str, Callable[[Row[Any]], Any]] = {
    "Run": lambda row: str(row.id),
    "Status": lambda row: row.status.value,
    "Bot": lambda row: row.bot_name,
    "Version": lambda row: row.version,
    "Steps": lambda row: row.steps,
    "Workflow": lambda row: row.workflow_number,
    "Title": lambda row: row.workflow_title,
    "Trigger": lambda row: row.trigger.value,
    "Started by": lambda row: row.started_by_name,
    "Queued (UTC)": lambda row: row.queued_at,
    "Began (UTC)": lambda row: row.started_at,
    "Ended (UTC)": lambda row: row.ended_at,
    "Waited (seconds)": waited,
    "Took (seconds)": took,
    "Attempt": lambda row: row.attempt,
    "To be looked at": lambda row: row.is_unacknowledged,
    "Error": lambda row: row.error,
    "Agent": lambda row: row.agent_name,
}
