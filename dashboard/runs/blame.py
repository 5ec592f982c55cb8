"""Whether a bot's new version is to blame: it never worked, and the one before did."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from dashboard.bots.models import BotVersion
from dashboard.extensions import db
from dashboard.runs.models import Execution, Run, StepStatus

COMPLETED = StepStatus.COMPLETED


@dataclass(frozen=True)
class Blame:
    """From which version to which it broke."""

    bot_id: UUID
    good: int
    bad: int
    failures: int
    """How often the new version had failed before."""


def blame_for(run: Run) -> Blame | None:
    """The step of an earlier version that ran last completed; none of this one did."""
    step = run.failed_step
    if step is None or step.bot_id is None or step.version_number is None:
        return None
    mine, before = aliased(Execution), aliased(Execution)
    worked = select(mine.id).where(
        mine.bot_version_id == step.bot_version_id, mine.status == COMPLETED
    )
    failures = select(func.count(mine.id)).where(
        mine.bot_version_id == step.bot_version_id,
        mine.run_id < run.id,
        mine.sub == 0,
    )
    last = (
        select(before.status, BotVersion.number, failures.scalar_subquery())
        .join(BotVersion, BotVersion.id == before.bot_version_id)
        .where(before.bot_id == step.bot_id, before.run_id < run.id, before.sub == 0)
        .where(before.bot_version_id != step.bot_version_id, ~worked.exists())
        .order_by(before.run_id.desc())
        .limit(1)
    )
    found = db.session.execute(last).one_or_none()
    if found is None:
        return None
    status, good, failures_before = found
    is_it = status is COMPLETED and good < step.version_number
    return (
        Blame(step.bot_id, good, step.version_number, failures_before)
        if is_it
        else None
    )
