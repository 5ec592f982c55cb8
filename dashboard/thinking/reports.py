"""What pages, programs and receipts read about the work of agents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, func, or_, select
from sqlalchemy.orm import defer, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from dashboard.ai_models.models import AIModel
from dashboard.bots.models import BotVersion
from dashboard.extensions import db
from dashboard.model_calls.models import CallStatus, ModelCall, Problem
from dashboard.prompts.models import Prompt, PromptVersion
from dashboard.runs.models import Execution


@dataclass(frozen=True)
class ShownCall:
    """A tool as the model asked for it, and what came of that, if it was called."""

    name: str
    arguments: dict[str, Any]
    execution: Execution | None


@dataclass(frozen=True)
class ShownTurn:
    number: int
    said: ModelCall
    calls: list[ShownCall]


@dataclass(frozen=True)
class ShownThought:
    """Everything that an agent did in one step, so far."""

    turns: list[ShownTurn]
    others: list[ShownCall]
    """What was called by turns whose words are no longer kept."""

    @property
    def tokens(self) -> int:
        return sum(t.said.tokens_in + t.said.tokens_out for t in self.turns)

    @property
    def cost(self) -> int:
        return sum(turn.said.cost for turn in self.turns)

    @property
    def said(self) -> ModelCall | None:
        """Any of its calls: they tell the model and the prompt, which are the same."""
        return self.turns[0].said if self.turns else None


Thoughts = dict[UUID, ShownThought]


def thoughts_of(steps: Iterable[Execution]) -> Thoughts:
    """By step, for those that agents do: a statement, or none.

    What they called was loaded with the run.
    """
    thinking = [step for step in steps if step.agent_id]
    if not thinking:
        return {}
    said = db.session.scalars(spoken([step.id for step in thinking])).all()
    return {
        step.id: thought(step, [call for call in said if call.execution_id == step.id])
        for step in thinking
    }


def spoken(step_ids: Sequence[UUID]) -> Select[ModelCall]:
    """What models said in these steps, without what they were told."""
    return (
        select(ModelCall)
        .where(ModelCall.execution_id.in_(step_ids))
        .options(
            defer(ModelCall.request),
            joinedload(ModelCall.ai_model).load_only(AIModel.name),
            joinedload(ModelCall.prompt_version)
            .load_only(PromptVersion.number, PromptVersion.prompt_id)
            .joinedload(PromptVersion.prompt)
            .load_only(Prompt.name),
        )
    )


def thought(step: Execution, said: Iterable[ModelCall]) -> ShownThought:
    """The turns in their order, each with what it called: the steps below count on."""
    made = {called.sub: called for called in step.called}
    subs = count(1)
    turns = [
        ShownTurn(number_of(call.key), call, list(shown_calls(call, subs, made)))
        for call in sorted(said, key=lambda call: number_of(call.key))
    ]
    others = [
        ShownCall(called.label, called.inputs or {}, called) for called in made.values()
    ]
    return ShownThought(turns, others)


def shown_calls(
    call: ModelCall, subs: Iterator[int], made: dict[int, Execution]
) -> Iterator[ShownCall]:
    for wanted in call.calls:
        name, arguments = wanted["name"], wanted["arguments"]
        yield ShownCall(name, arguments, made.pop(next(subs), None))


def number_of(key: str) -> int:
    """Which turn a call was, as its key ends."""
    return int(key.rpartition("/")[2])


def load_called(steps: Iterable[Execution]) -> None:
    """Read what the agents of these steps called, in one statement."""
    thinking = [step for step in steps if step.agent_id]
    found = called_by([step.id for step in thinking]) if thinking else []
    for step in thinking:
        own = [called for called in found if called.parent_id == step.id]
        set_committed_value(step, "called", own)


def called_by(step_ids: Sequence[UUID]) -> Sequence[Execution]:
    wanted = (
        select(Execution)
        .where(Execution.parent_id.in_(step_ids))
        .options(
            joinedload(Execution.bot),
            joinedload(Execution.version).load_only(
                BotVersion.number, BotVersion.content_hash
            ),
        )
        .order_by(Execution.position, Execution.sub)
    )
    return db.session.scalars(wanted).all()


def turns_of(execution_id: UUID) -> int:
    """How many turns of a step were said to their end."""
    is_whole = or_(
        ModelCall.status == CallStatus.COMPLETED,
        ModelCall.problem == Problem.BAD_ANSWER,
    )
    whole = select(func.count(ModelCall.id)).where(
        ModelCall.execution_id == execution_id, is_whole
    )
    return db.session.scalar(whole) or 0


def progress(run_id: UUID) -> ScalarSelect[int]:
    """A number that grows whenever an agent's turn or a call of its begins or ends."""
    of_run = select(Execution.id).where(
        Execution.run_id == run_id, Execution.agent_id.is_not(None)
    )
    ends = func.count(ModelCall.ended_at)
    turns = select(func.count(ModelCall.id) + ends).where(
        ModelCall.execution_id.in_(of_run)
    )
    calls = select(func.count(Execution.id) + func.count(Execution.ended_at)).where(
        Execution.run_id == run_id, Execution.sub > 0
    )
    return select(turns.scalar_subquery() + calls.scalar_subquery()).scalar_subquery()


def progress_shown(thoughts: Thoughts) -> int:
    """The same number, of what a page shows."""
    ends = [end for thought in thoughts.values() for end in ends_of(thought)]
    return len(ends) + sum(end is not None for end in ends)


def ends_of(thought: ShownThought) -> Iterator[datetime | None]:
    """When each turn and each call was over; none for what goes on."""
    yield from (turn.said.ended_at for turn in thought.turns)
    calls = [call for turn in thought.turns for call in turn.calls]
    for call in (*calls, *thought.others):
        if call.execution:
            yield call.execution.ended_at
