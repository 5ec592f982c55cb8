"""Calls that a worker makes in the midst of a run, in the run's own thread.

The run's fence says whose it is: whoever asks under a key takes the call over, and
an answer that is stored already is not paid for again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from sqlalchemy import select

from dashboard.ai_models.models import AIModel
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.answers import ToolCall, parsed_of, tool_calls_of
from dashboard.model_calls.asking import Question
from dashboard.model_calls.claim import Turn, locking, taken
from dashboard.model_calls.ending import Lost, finish, insist, owned, pause_before
from dashboard.model_calls.faults import Wish
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.model_calls.performing import MOST_TRIES, attempt
from dashboard.model_calls.verdict import Verdict
from dashboard.runs.fence import lease, let_go, writing

NAP_SECONDS = 0.1
STOPPED = "The call was stopped before it was done."


@dataclass(frozen=True)
class Reply:
    """What came of a call; with a problem, the rest may be half an answer."""

    text: str
    tool_calls: list[ToolCall]
    parsed: dict[str, Any] | None
    tokens_in: int
    tokens_out: int
    cost: int
    problem: Problem | None
    message: str
    call_id: UUID

    @property
    def is_ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True)
class About:
    """What a call is for, beside the question."""

    model_id: UUID
    purpose: Purpose
    key: str
    facts: dict[str, UUID | None] = field(default_factory=dict)
    most_cost: int | None = None


def converse(
    model_id: UUID,
    question: Question,
    *,
    purpose: Purpose,
    key: str,
    agent_id: UUID | None = None,
    prompt_version_id: UUID | None = None,
    execution_id: UUID | None = None,
    should_stop: Callable[[], bool],
    most_cost: int | None = None,
) -> Reply:
    """Ask here and now; the same key again gives the answer that is known.

    Raises nothing for what providers do wrong. A reply to somebody who was told to
    stop has the problem `lost`: asked again under its key, the call is made again.
    """
    facts = {
        "agent_id": agent_id,
        "prompt_version_id": prompt_version_id,
        "execution_id": execution_id,
    }
    about = About(model_id, purpose, key, facts, most_cost)
    turn = begin(about, question)
    while turn is not None:
        verdict = attempt(turn, should_stop)
        turn = settle(turn, verdict, about, should_stop)
    return reply_to(key)


def begin(about: About, question: Question) -> Turn | None:
    """Take the call, a new one or one that was left undone; none if it is answered."""
    with writing():
        at = database_now(db.session())
        wanted = select(ModelCall).where(ModelCall.key == about.key)
        call = db.session.scalar(locking(wanted))
        if call is not None and is_answered(call):
            return None
        if call is None:
            call = ModelCall(
                key=about.key,
                purpose=about.purpose,
                ai_model=db.session.get_one(AIModel, about.model_id),
                request=question.as_stored(),
                queued_at=at,
                available_at=at,
                **about.facts,
            )
            db.session.add(call)
            db.session.flush()
        return taken(call, at, about.most_cost)


def is_answered(call: ModelCall) -> bool:
    """Also wrongly; but not where a worker was lost, or told to stop."""
    if call.status is CallStatus.CANCELLED:
        return call.cancel_requested_at is not None
    return call.status.is_final and call.problem is not Problem.LOST


def settle(
    turn: Turn, verdict: Verdict, about: About, should_stop: Callable[[], bool]
) -> Turn | None:
    """Store how it went; the next turn if it is worth another try."""
    try:
        if verdict.fault and verdict.may_pass and turn.tries < MOST_TRIES:
            pause = pause_before(turn.tries, verdict.fault)
            insist(lambda: set_aside(turn, verdict, pause))
            if rest(pause, should_stop):
                return again(turn, about)
            verdict = Verdict(CallStatus.CANCELLED, wish=Wish.LEAVING)
        if verdict.wish is not Wish.LOST:
            finish(turn, verdict, is_inline=True)
    except Lost:
        return None  # it was stored already, or another worker has it
    return None


def set_aside(turn: Turn, verdict: Verdict, pause: float) -> None:
    """Keep the call through the pause, and book what the try has cost."""
    with writing():
        call = owned(turn)
        at = database_now(db.session())
        verdict.book(call)
        call.reserved, call.message = 0, verdict.message
        call.lease_until = at + timedelta(seconds=pause) + lease()


def rest(seconds: float, should_stop: Callable[[], bool]) -> bool:
    """Whether the pause went by undisturbed."""
    until = monotonic() + seconds
    while (left := until - monotonic()) > 0:
        if should_stop():
            return False
        sleep(min(NAP_SECONDS, left))
    return not should_stop()


def again(turn: Turn, about: About) -> Turn:
    with writing():
        call = owned(turn)
        most = None if about.most_cost is None else about.most_cost - call.cost
        return taken(call, database_now(db.session()), most)


def reply_to(key: str) -> Reply:
    """What is stored of the call now."""
    wanted = select(ModelCall).where(ModelCall.key == key)
    fresh = wanted.execution_options(populate_existing=True)
    call = db.session.scalars(fresh).one()
    was_stopped = call.is_live or call.status is CallStatus.CANCELLED
    reply = Reply(
        text=call.text,
        tool_calls=tool_calls_of(call),
        parsed=parsed_of(call),
        tokens_in=call.tokens_in,
        tokens_out=call.tokens_out,
        cost=call.cost,
        problem=Problem.LOST if was_stopped else call.problem,
        message=STOPPED if was_stopped else call.message,
        call_id=call.id,
    )
    let_go()
    return reply
