"""One workflow's way, told step by step: proposed, opened, voted on, run."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import select

from dashboard.demo.story import Story
from dashboard.demo.work import sample
from dashboard.extensions import db
from dashboard.runs.engine import execute
from dashboard.runs.fence import writing
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions, jobs
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import VoteIn, WorkflowEdit, WorkflowIn
from dashboard.workflows.voting import Choice

SECOND = 1 / 3600


class Case:
    """Every verb says how many hours after the one before it happened."""

    def __init__(
        self,
        moment: datetime,
        proposer: User,
        type_: WorkflowType,
        title: str,
        files: Collection[str] = (),
        **over: Any,
    ) -> None:
        self.story = Story()
        self.moment = moment
        self.proposer = proposer
        wanted = WorkflowIn(title=title, type_id=type_.id, **over)
        contents = {name: sample(name) for name in files}
        with self.story.at(moment):
            self.workflow: Workflow = actions.propose(proposer, wanted, contents)

    def opened(self, after: float = 0.2) -> Self:
        with self.story.at(self._later(after)):
            actions.open_voting(self.proposer, self.workflow)
        return self

    def approved_by(self, person: User, after: float, reason: str = "") -> Self:
        return self._voted(person, Choice.APPROVE, after, reason)

    def rejected_by(self, person: User, after: float, reason: str) -> Self:
        return self._voted(person, Choice.REJECT, after, reason)

    def vetoed_by(self, person: User, after: float, reason: str) -> Self:
        return self._voted(person, Choice.VETO, after, reason)

    def edited(self, after: float, **over: Any) -> Self:
        """Change what is judged; the votes so far count no more."""
        now = self.workflow
        same = {
            "title": now.title,
            "description": now.description,
            "inputs": now.inputs,
            "weekly_savings": now.weekly_savings,
            "keep": [file.name for file in now.files],
        }
        with self.story.at(self._later(after)):
            wanted = WorkflowEdit.model_validate(same | over)
            actions.edit(self.proposer, now, wanted, {})
        return self

    def cancelled(self, after: float, reason: str) -> Self:
        with self.story.at(self._later(after)):
            actions.cancel(self.proposer, self.workflow, reason)
        return self

    def tampered(self, **inputs: Any) -> Self:
        """Somebody with access to the database changes what was approved."""
        with writing():
            self.workflow.inputs = self.workflow.inputs | inputs
        return self

    def ran(self) -> Self:
        """A worker takes it up a second later."""
        round_ = self.workflow.round
        bought = select(Run.id).where(Run.round_id == (round_ and round_.id))
        with self.story.at(self._later(SECOND)):
            execute(db.session.execute(bought).scalar_one())
        return self

    def told(self) -> Self:
        self.story.tell()
        return self

    def left_to_time(self) -> Self:
        """Let what is overdue by now have happened when it was due."""
        self.told()
        jobs.advance(self.workflow.id)
        return self

    def _voted(self, person: User, choice: Choice, after: float, reason: str) -> Self:
        revision = self.workflow.revision
        wanted = VoteIn(choice=choice, reason=reason, revision=revision)
        with self.story.at(self._later(after)):
            actions.cast_vote(person, self.workflow, wanted)
        return self

    def _later(self, hours: float) -> datetime:
        self.moment += timedelta(hours=hours)
        return self.moment
