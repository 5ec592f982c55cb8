"""What the end of a run means for its bots: their numbers, a rest, or quarantine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, update

from dashboard.audit import audited
from dashboard.bots.models import Bot
from dashboard.database import UtcDateTime
from dashboard.extensions import db
from dashboard.inbox import notices
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.models import Execution, Run, StepStatus
from dashboard.webhooks.telling import told_incident

TOO_MANY = 5
"""Failures in a row that put a bot into quarantine."""
LONGEST_REST = 60
"""Seconds; after each failure it rests twice as long as after the one before."""

OWN_DOING = frozenset(
    {
        StepStatus.FAILED,
        StepStatus.TIMED_OUT,
        StepStatus.CPU_LIMIT,
        StepStatus.MEMORY_LIMIT,
        StepStatus.DISK_LIMIT,
        StepStatus.OUTPUT_LIMIT,
        StepStatus.BAD_RESULT,
        StepStatus.DENIED,
        StepStatus.CRASHED,
    }
)
"""Endings that tell something of the bot; a lost worker or a stop do not."""


def tell_bots(run: Run, at: datetime) -> None:
    """Add this run to its bots' numbers; always in the same order of bots.

    What an agent called counts for no bot: what it was handed was a model's choice.
    """
    begun = [step for step in run.steps if step.started_at]
    for bot_id in sorted({step.bot_id for step in begun if step.bot_id}):
        steps = [step for step in begun if step.bot_id == bot_id]
        bot = count(bot_id, steps, at)
        is_too_much = bot.failures_in_row >= TOO_MANY and has_failed(steps)
        if is_too_much and bot.quarantined_at is None:
            quarantine(run, steps[-1], bot.failures_in_row, at)


def count(bot_id: UUID, steps: Sequence[Execution], at: datetime) -> Row[Any]:
    """One statement that adds, so that of two runs that end at once both count."""
    completed = [step for step in steps if step.status is StepStatus.COMPLETED]
    last = sa.case((Bot.last_run_at > at, Bot.last_run_at), else_=at)
    counted: Any = (
        update(Bot)
        .where(Bot.id == bot_id)
        .values(
            runs_total=Bot.runs_total + len(steps),
            runs_completed=Bot.runs_completed + len(completed),
            last_run_at=last,
            **streak(steps, at),
        )
        .returning(Bot.failures_in_row, Bot.quarantined_at)
        .execution_options(synchronize_session=False)
    )
    row: Row[Any] = db.session.execute(counted).one()
    return row


def streak(steps: Sequence[Execution], at: datetime) -> dict[str, Any]:
    """What changes of its failures in a row, and of its rest."""
    is_healthy = any(step.status is StepStatus.COMPLETED for step in steps)
    if has_failed(steps) and is_healthy:
        return {"failures_in_row": 1, "resume_at": at + rest_after(1)}
    if has_failed(steps):
        rests = {n: moment(at + rest_after(n + 1)) for n in range(TOO_MANY)}
        longest = moment(at + timedelta(seconds=LONGEST_REST))
        resume_at = sa.case(rests, value=Bot.failures_in_row, else_=longest)
        return {"failures_in_row": Bot.failures_in_row + 1, "resume_at": resume_at}
    return {"failures_in_row": 0, "resume_at": None} if is_healthy else {}


def has_failed(steps: Sequence[Execution]) -> bool:
    """By its own doing; nothing is done after a step that went wrong."""
    return steps[-1].status in OWN_DOING


def rest_after(failures: int) -> timedelta:
    return timedelta(seconds=min(LONGEST_REST, 2**failures))


def moment(at: datetime) -> sa.BindParameter[datetime]:
    return sa.literal(at, UtcDateTime())


def quarantine(run: Run, step: Execution, failures: int, at: datetime) -> None:
    """Let nothing start this bot until somebody has looked and released it.

    What it said stays with the run: not all who see the bot may see that.
    """
    bot = step.program.bot
    with audited(SYSTEM, Permission.BOT_WRITE, bot) as entry:
        bot.quarantined_at = at
        entry.about(bot, event="quarantine", failures=failures, run=run.id)
        incident = Incident(
            kind=IncidentKind.QUARANTINE,
            bot=bot,
            run_id=run.id,
            summary=f"{bot.name} failed {in_words(failures)}.",
            opened_at=at,
        )
        db.session.add(incident)
        db.session.flush()  # what is told of it refers to it
        told_incident(incident, at)
        notices.told_quarantined(incident, at)


def in_words(failures: int) -> str:
    number = "five" if failures == TOO_MANY else str(failures)
    return f"{number} times in a row"
