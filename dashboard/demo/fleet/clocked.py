"""A worker that comes for a schedule at its times, while the tale is told."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from dashboard.demo import worker
from dashboard.demo.story import Story
from dashboard.extensions import db
from dashboard.runs.models import Run, RunStatus
from dashboard.schedules.jobs import fire
from dashboard.schedules.models import Schedule
from dashboard.schedules.timing import first_after


class Clocked:
    """Counts the times: at some the worker has no thread left, at some it is away."""

    def __init__(
        self,
        story: Story,
        schedule: Schedule,
        late: Collection[int] = (),
        away: Collection[int] = (),
    ) -> None:
        self._story, self._schedule = story, schedule
        self._late, self._away = late, away
        self._number = 0
        self._left = set[UUID]()

    def wait(self) -> None:
        """For the next time, as long as the schedule is on."""
        schedule = self._schedule
        at = schedule.next_at
        self._number += 1
        if at and self._number in self._away:
            at = first_after(schedule.cron, schedule.timezone, at)
        if at:
            self._story.at(at + worker.BREATH, self._come)

    def _come(self) -> None:
        """What was left is done after the clock has seen that it was."""
        fire(self._schedule.id)
        worker.LATER.difference_update(self._left)
        self._left = self._queued() if self._number in self._late else set()
        worker.LATER.update(self._left)
        worker.look()
        self.wait()

    def _queued(self) -> set[UUID]:
        queued = Run.status == RunStatus.QUEUED
        mine = select(Run.id).where(Run.schedule_id == self._schedule.id, queued)
        return set(db.session.scalars(mine))
