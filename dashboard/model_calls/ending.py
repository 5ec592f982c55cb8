"""How a call ends, waits for another try, or is lost: fenced, and booked once."""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.after import Job, jobs_of
from dashboard.model_calls.claim import Turn, locking
from dashboard.model_calls.faults import Fault
from dashboard.model_calls.models import CallStatus, ModelCall, Problem
from dashboard.model_calls.verdict import Verdict
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.fence import writing
from dashboard.silence import is_silence

log = logging.getLogger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 60.0
PATIENCE_SECONDS = 20.0
"""How long what came is held while the database is silent."""
AGAIN_SECONDS = 0.3
UNUSABLE = "Its answer came, and could not be used. Whoever runs this site finds why."


class Lost(Exception):
    """The call is in other hands, or over: write nothing more."""


def finish(turn: Turn, verdict: Verdict, *, is_inline: bool = False) -> None:
    """End the call with all that follows, as one; what is stored already stays."""
    jobs = () if is_inline else jobs_of(turn.purpose)
    spoiled = replace(
        verdict,
        status=CallStatus.FAILED,
        fault=Fault(Problem.BAD_ANSWER, UNUSABLE),
    )
    for each, follow in ((verdict, jobs), (spoiled, jobs), (spoiled, ())):
        try:
            return insist(lambda: end(turn, each, follow))  # noqa: B023  # called here
        except (Lost, SQLAlchemyError):
            raise
        except Exception:  # the money is spent: what failed must not be paid again
            log.exception("Call %s: its answer could not be used.", turn.call_id)
    return None


def end(turn: Turn, verdict: Verdict, jobs: Sequence[Job]) -> None:
    with ending(jobs) as follow:
        call = owned(turn)
        close(call, verdict, database_now(db.session()))
        follow(call)


@contextmanager
def ending(jobs: Sequence[Job]) -> Iterator[Callable[[ModelCall], None]]:
    """A transaction, and what is to be done in it once the call has ended.

    It is audited if other things change because of the end.
    """
    if not jobs:
        with writing():
            yield lambda call: None
        return
    with audited(SYSTEM, Permission.MODEL_ASK) as entry:

        def follow(call: ModelCall) -> None:
            entry.about(call, event="end", status=call.status, problem=call.problem)
            db.session.flush()
            for job in jobs:
                job(call)

        yield follow


def close(call: ModelCall, verdict: Verdict, at: datetime) -> None:
    verdict.book(call)
    call.status, call.ended_at = verdict.status, at
    call.text, call.tool_calls = verdict.text, verdict.tool_calls
    call.problem, call.message = verdict.problem, verdict.message
    if verdict.text:
        call.first_word_at = call.first_word_at or at
    let_off(call)


def let_off(call: ModelCall) -> None:
    """Nobody's any more."""
    call.token, call.lease_until, call.reserved = None, None, 0


def put_back(turn: Turn, verdict: Verdict, pause: float) -> None:
    """Let it wait for another try; what this one cost is booked."""
    with writing():
        call = owned(turn)
        at = database_now(db.session())
        verdict.book(call)
        call.status, call.available_at = CallStatus.QUEUED, at + timedelta(0, pause)
        call.text, call.message = "", verdict.message
        if verdict.wish:  # a worker that leaves: this try does not count
            call.tries -= 1
        let_off(call)


def owned(turn: Turn) -> ModelCall:
    """The locked call, if this token still holds it."""
    wanted = select(ModelCall).where(ModelCall.id == turn.call_id)
    call: ModelCall | None = db.session.scalar(locking(wanted))
    held = call is not None and call.status is CallStatus.RUNNING
    if call is None or not held or call.token != turn.token:
        raise Lost(f"Call {turn.call_id} is no longer this worker's.")
    return call


def pause_before(tries: int, fault: Fault) -> float:
    """Seconds until the next try, after so many."""
    usual = FIRST_PAUSE * 2.0 ** (tries - 1)
    return min(LONGEST_PAUSE, max(usual, fault.after or 0.0))


def insist(write: Callable[[], None]) -> None:
    """Do it again if the database fell silent: perhaps it was stored, perhaps not.

    The fence tells: what was stored is no longer ours to store.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return write()
        except SQLAlchemyError as error:
            if not is_silence(error) or time.monotonic() >= until:
                raise
            log.warning("The database did not answer; the answer is held.")
            db.session.remove()
        time.sleep(AGAIN_SECONDS)
