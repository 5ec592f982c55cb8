"""Making a call that was taken: speak, listen, and store what came of it."""

import logging
from collections.abc import Callable
from uuid import UUID

from dashboard.model_calls.claim import Turn, claim
from dashboard.model_calls.ending import Lost, finish, insist, pause_before, put_back
from dashboard.model_calls.faults import Fault, HungUp, Wish
from dashboard.model_calls.keeping import Keeper
from dashboard.model_calls.models import Problem
from dashboard.model_calls.verdict import Verdict, refused, verdict_on
from dashboard.runs.fence import let_go

log = logging.getLogger(__name__)

MOST_TRIES = 3


def never() -> bool:
    return False


def perform(call_id: UUID, should_stop: Callable[[], bool] = never) -> bool:
    """Make a queued call, if it is free; whether it was."""
    turn = claim(call_id)
    if turn is None:
        return False
    try:
        settle(turn, attempt(turn, should_stop))
    except Lost as error:
        log.info("%s", error)
    return True


def attempt(turn: Turn, should_stop: Callable[[], bool]) -> Verdict:
    """One try, with nothing held in the database meanwhile."""
    if turn.refused:
        return refused(turn.refused)
    # not on top: the library is large, and only workers speak to models
    from dashboard.model_calls.client import Heard, speak
    from dashboard.model_calls.line import Watch

    let_go()
    heard = Heard(secret=turn.place.key or "")
    keeper = Keeper(turn, lambda: heard.text, should_stop)
    watch = Watch(turn.place.seconds, keeper.go_on)
    fault, wish = None, None
    try:
        speak(turn.place, turn.bodies, watch, heard)
    except Fault as error:
        fault = error
    except HungUp as error:
        wish = error.wish
    timed_out = fault is not None and fault.problem is Problem.TIMED_OUT
    unheard = watch.was_sent and (timed_out or wish is not None)
    return verdict_on(
        turn.request,
        heard,
        fault=fault,
        wish=wish,
        is_billed=watch.was_answered or unheard,
    )


def settle(turn: Turn, verdict: Verdict) -> None:
    """Store how it went, or have it tried again."""
    if verdict.wish is Wish.LOST:
        raise Lost(f"Call {turn.call_id} was taken up by another worker.")
    if verdict.wish is Wish.LEAVING:
        insist(lambda: put_back(turn, verdict, 0))
    elif verdict.fault and verdict.may_pass and turn.tries < MOST_TRIES:
        pause = pause_before(turn.tries, verdict.fault)
        insist(lambda: put_back(turn, verdict, pause))
    else:
        finish(turn, verdict)
