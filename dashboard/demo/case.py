"""One workflow's way, told step by step: proposed, opened, voted on, run."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, Self

from dashboard.advice.actions import advise
from dashboard.advice.models import Opinion
from dashboard.advice.schemas import AdviceIn
from dashboard.agents.models import Agent
from dashboard.clock import now
from dashboard.demo import worker
from dashboard.demo.story import Story
from dashboard.demo.work import sample
from dashboard.runs.fence import writing
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import VoteIn, WorkflowEdit, WorkflowIn
from dashboard.workflows.voting import Choice


class Case:
    """Every verb says how many hours after the one before it happened.

    Nothing happens until the story is told. The worker comes by itself.
    """

    workflow: Workflow

    def __init__(
        self,
        story: Story,
        moment: datetime,
        proposer: User,
        type_: WorkflowType,
        title: str,
        files: Collection[str] = (),
        **over: Any,
    ) -> None:
        self.proposer = proposer
        self._wanted: dict[str, Any] = {"title": title, **over}
        self._type = type_
        self._files = files
        self._story = story
        self._moment = moment
        self._awaited: set[datetime] = set()
        self._then(0, self._propose)

    def opened(self, after: float = 0.2) -> Self:
        return self._then(
            after, lambda: actions.open_voting(self.proposer, self.workflow)
        )

    def approved_by(self, person: User, after: float, reason: str = "") -> Self:
        return self.voted(person, Choice.APPROVE, after, reason)

    def rejected_by(self, person: User, after: float, reason: str) -> Self:
        return self.voted(person, Choice.REJECT, after, reason)

    def vetoed_by(self, person: User, after: float, reason: str) -> Self:
        return self.voted(person, Choice.VETO, after, reason)

    def voted(self, person: User, choice: Choice, after: float, reason: str) -> Self:
        def cast() -> None:
            revision = self.workflow.revision
            wanted = VoteIn(choice=choice, reason=reason, revision=revision)
            actions.cast_vote(person, self.workflow, wanted)

        return self._then(after, cast)

    def advised_by(
        self, agent: Agent, opinion: Opinion, confidence: int, reason: str
    ) -> Self:
        """Ten minutes after what came before; whoever owns the agent passes it on."""

        def give() -> None:
            wanted = AdviceIn(
                agent_id=agent.id,
                opinion=opinion,
                confidence=confidence,
                reason=reason,
                revision=self.workflow.revision,
            )
            if agent.owner is None:
                raise RuntimeError(f"Nobody answers for {agent}.")
            advise(agent.owner, self.workflow, wanted)

        return self._then(1 / 6, give)

    def voided_by(self, guardian: User, voter: User, after: float, reason: str) -> Self:
        return self._then(
            after,
            lambda: actions.void_vote(guardian, self.workflow, voter.id, reason),
        )

    def edited(self, after: float, **over: Any) -> Self:
        """Change what is judged; the votes so far count no more."""
        return self._then(after, lambda: self._edit(over))

    def cancelled(self, after: float, reason: str) -> Self:
        return self._then(
            after, lambda: actions.cancel(self.proposer, self.workflow, reason)
        )

    def started(self, after: float) -> Self:
        """By hand, as its type wants it."""

        def start() -> None:
            actions.start_run(self.proposer, self.workflow)
            self._story.at(now() + worker.BREATH, self._look)

        return self._then(after, start)

    def tampered(self, **inputs: Any) -> Self:
        """Somebody with access to the database changes what was approved."""

        def change() -> None:
            with writing():
                self.workflow.inputs = self.workflow.inputs | inputs

        return self._then(0, change)

    def _propose(self) -> None:
        wanted = WorkflowIn(type_id=self._type.id, **self._wanted)
        files = {name: sample(name) for name in self._files}
        self.workflow = actions.propose(self.proposer, wanted, files)

    def _edit(self, over: dict[str, Any]) -> None:
        workflow = self.workflow
        same = {
            "title": workflow.title,
            "description": workflow.description,
            "inputs": workflow.inputs,
            "agent_id": workflow.agent_id,
            "weekly_savings": workflow.weekly_savings,
            "keep": [file.name for file in workflow.files],
            "editors": [each.user_id for each in workflow.co_editors],
        }
        wanted = WorkflowEdit.model_validate(same | over)
        actions.edit(self.proposer, workflow, wanted, {})

    def _then(self, after: float, verb: Callable[[], object]) -> Self:
        self._moment += timedelta(hours=after)

        def act() -> None:
            verb()
            self._await()

        self._story.at(self._moment, act)
        return self

    def _await(self) -> None:
        """Have the worker look whenever there may be something to do."""
        for turn in worker.turns(self.workflow):
            moment = max(turn, now()) + worker.BREATH
            if turn not in self._awaited:
                self._awaited.add(turn)
                self._story.at(moment, self._look)

    def _look(self) -> None:
        if not self.workflow.status.is_final:
            worker.look()
            self._await()
