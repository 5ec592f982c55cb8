"""What was decided on each of the last days, and how fast."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.metrics.health import Taken, count, middle, turnout
from dashboard.metrics.models import WorkflowMetric
from dashboard.permissions import Actor
from dashboard.workflows.models import Workflow
from dashboard.workflows.voting import Result

MOST = 5_000


@dataclass(frozen=True)
class DecisionDay:
    """How the rounds decided on one day ended."""

    day: date
    taken: Sequence[Taken]

    @property
    def approved(self) -> int:
        return count(self.taken, Result.APPROVED)

    @property
    def rejected(self) -> int:
        return count(self.taken, Result.REJECTED)

    @property
    def lapsed(self) -> int:
        return count(self.taken, Result.LAPSED)

    @property
    def bar(self) -> dict[str, Any]:
        """As the chart wants it."""
        values = [self.approved, self.rejected, self.lapsed]
        return {"label": f"{self.day.day} {self.day:%b}", "values": values}


@dataclass(frozen=True)
class Decisions:
    """The last days, oldest first, and what they have in common."""

    days: Sequence[DecisionDay]
    voted: Sequence[Taken]
    """The rounds that people were asked to vote on."""

    @property
    def any(self) -> bool:
        return any(day.taken for day in self.days)

    @property
    def bars(self) -> list[dict[str, Any]]:
        return [day.bar for day in self.days]

    @property
    def decision_seconds(self) -> float | None:
        return middle(each.decision_seconds for each in self.voted)

    @property
    def turnout(self) -> int | None:
        return turnout(self.voted)


def decisions_for(actor: Actor, today: date, number: int) -> Decisions:
    """In one statement; of a day on which nothing was decided, nothing."""
    days = [today - timedelta(days=ago) for ago in range(number)]
    begin = datetime.combine(days[-1], time(), UTC)
    columns = [getattr(WorkflowMetric, name) for name in Taken.__annotations__]
    rows = (
        select(*columns)
        .join(Workflow, Workflow.id == WorkflowMetric.workflow_id)
        .where(WorkflowMetric.decided_at >= begin, Workflow.seen_by(actor))
        .order_by(WorkflowMetric.decided_at.desc())
        .limit(MOST)
    )
    taken = [Taken(*row) for row in db.session.execute(rows)]
    found: dict[date, list[Taken]] = {day: [] for day in reversed(days)}
    for each in taken:
        found.get(each.decided_at.date(), []).append(each)
    return Decisions(
        days=[DecisionDay(*day) for day in found.items()],
        voted=[each for each in taken if each.eligible_weight],
    )
