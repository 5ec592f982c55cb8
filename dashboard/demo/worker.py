"""What the worker does by itself, while the tale is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from dashboard.inbox.jobs import remind_due
from dashboard.runs.claim import ready
from dashboard.runs.engine import execute
from dashboard.workflows.jobs import advance_due
from dashboard.workflows.models import Round, Status, Workflow
from dashboard.workflows.timing import DAY, reminders

MOST = 9
BREATH = timedelta(seconds=1)
"""How long a worker takes to notice what is due."""
LATER: set[UUID] = set()
"""Runs that it has no thread for yet."""


def look() -> None:
    """Close what is over, remind who is missing, run what is ready."""
    advance_due()
    remind_due()
    for run_id in ready(MOST, LATER):
        execute(run_id)


def turns(workflow: Workflow) -> Iterator[datetime]:
    """The moments at which there is something to do by now, or may be later."""
    round_ = workflow.round
    if round_ is None:
        return
    if workflow.status is Status.OPEN:
        yield from turns_of_vote(round_)
    elif workflow.status is Status.APPROVED:
        yield from turns_of_approval(round_)


def turns_of_vote(round_: Round) -> Iterator[datetime]:
    if least := round_.frozen_rule.min_open:
        yield round_.opened_at + timedelta(seconds=least)
    yield from reminders(round_.opened_at, round_.closes_at)
    yield round_.closes_at


def turns_of_approval(round_: Round) -> Iterator[datetime]:
    if round_.ready_at is None:
        return
    yield round_.ready_at
    if round_.expires_at:
        window = round_.expires_at - round_.ready_at
        yield round_.expires_at - min(DAY, window / 10)
        yield round_.expires_at
