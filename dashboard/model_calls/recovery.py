"""Calls whose worker is gone, and calls that were stopped while they waited.

Any worker may look at any time: each call is locked and asked again before it moves.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError

from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.model_calls.after import Job, jobs_of
from dashboard.model_calls.claim import locking
from dashboard.model_calls.ending import Lost, close, ending, let_off
from dashboard.model_calls.faults import Fault, Wish
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.model_calls.times import first_id
from dashboard.model_calls.tokens import estimated, read_by
from dashboard.model_calls.verdict import Verdict
from dashboard.runs.fence import writing

log = logging.getLogger(__name__)

MOST_WORKERS = 2
"""So many may be lost over one call."""
AT_ONCE = 100
KEPT = timedelta(days=90)
WORN_OUT = "Its worker was lost. Look at the worker's log, then ask again."


def recover() -> int:
    """Bring every stranded call on; how many moved."""
    return sum(bring_on(id_, purpose) for id_, purpose in stranded())


def bring_on(call_id: UUID, purpose: Purpose) -> bool:
    """What should follow may fail; the call ends all the same."""
    jobs = () if purpose is Purpose.STEP else jobs_of(purpose)
    try:
        return settle(call_id, jobs)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("Call %s: what follows its end failed.", call_id)
        return settle(call_id, ())


def stranded() -> Sequence[sa.Row[UUID, Purpose]]:
    at = database_now(db.session())
    lapsed = sa.and_(ModelCall.status == CallStatus.RUNNING, ModelCall.lease_until < at)
    called_off = sa.and_(
        ModelCall.status == CallStatus.QUEUED,
        ModelCall.cancel_requested_at.is_not(None),
    )
    wanted = select(ModelCall.id, ModelCall.purpose).where(sa.or_(lapsed, called_off))
    return db.session.execute(wanted.limit(AT_ONCE)).all()


def settle(call_id: UUID, jobs: Sequence[Job]) -> bool:
    """Move one stranded call, unless it is not stranded any more."""
    try:
        with ending(jobs) as follow:
            call = db.session.scalar(
                locking(select(ModelCall).where(ModelCall.id == call_id))
            )
            at = database_now(db.session())
            if call is None or not is_stranded(call, at):
                raise Lost(f"Call {call_id} is in good hands.")
            move_on(call, at)
            if call.status.is_final:
                follow(call)
    except Lost:
        return False
    log.warning("Call %s was stranded and is %s now.", call_id, call.status.value)
    return True


def is_stranded(call: ModelCall, at: datetime) -> bool:
    if call.status is CallStatus.QUEUED:
        return call.cancel_requested_at is not None
    if call.status is not CallStatus.RUNNING:
        return False
    return call.lease_until is None or call.lease_until < at


def move_on(call: ModelCall, at: datetime) -> None:
    """Stopped, lost for good, or queued again; what was begun has cost something."""
    begun = call.status is CallStatus.RUNNING
    cost = (read_by(call.request), estimated(call.text)) if begun else (0, 0)
    if call.cancel_requested_at:
        verdict = Verdict(CallStatus.CANCELLED, call.text, wish=Wish.CANCELLED)
    else:
        fault = Fault(Problem.LOST, WORN_OUT)
        verdict = Verdict(CallStatus.FAILED, call.text, fault=fault)
    call.book(*cost, is_estimate=begun)
    may_go_on = call.purpose is not Purpose.STEP and call.tries < MOST_WORKERS
    if begun and may_go_on and not call.cancel_requested_at:
        call.status = CallStatus.QUEUED  # with its old place in line
        call.text = ""
        let_off(call)
    else:
        close(call, verdict, at)


def prune_old() -> None:
    """Empty what was asked and answered long ago; what it cost is kept.

    A conversation stays readable: of a chat only the question is emptied.
    """
    with writing():
        at = database_now(db.session())
        old = sa.and_(
            ModelCall.id < first_id(at - KEPT),
            ModelCall.ended_at < at - KEPT,
            sa.cast(ModelCall.request, sa.Text) != "{}",
        )
        is_chat = ModelCall.purpose == Purpose.CHAT
        text = sa.case((is_chat, ModelCall.text), else_="")
        emptied = update(ModelCall).where(old).values(request={}, tool_calls={})
        quiet = {"synchronize_session": False}
        db.session.execute(emptied.values(text=text).execution_options(**quiet))
