"""execute(run_id): whatever calls it, and however often, a run happens once."""

import logging
import os
import socket
import threading
from functools import partial
from uuid import UUID

from dashboard.runs.brake import Held
from dashboard.runs.claim import Claim, claim
from dashboard.runs.ending import begin, block, end
from dashboard.runs.fence import Lost
from dashboard.runs.heartbeat import Heartbeat
from dashboard.runs.patience import patiently
from dashboard.runs.reconcile import give_back
from dashboard.runs.steps import Blocked, keep, perform, prepare
from dashboard.sandbox import Ending

log = logging.getLogger(__name__)


def worker_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:120]


def execute(
    run_id: UUID, leaving: threading.Event | None = None, worker: str = ""
) -> bool:
    """Try to take this run and see it through; False if it was not to be had.

    A run that is elsewhere, cancelled or over is left alone, so a hint too many does
    no harm. `leaving` says that this worker shall end and hand back what it holds.
    """
    taken = claim(run_id, worker or worker_name())
    if taken is None:
        return False
    with Heartbeat(taken, leaving or threading.Event()) as pulse:
        try:
            attempt(taken, pulse)
        except Lost as error:
            log.warning("%s", error)
    return True


def attempt(taken: Claim, pulse: Heartbeat) -> None:
    """The run, unless something stands in its way."""
    try:
        if begin(taken):
            see_through(taken, pulse)
    except Held as error:
        log.info("%s", error)
        give_back(taken)
    except Blocked as error:
        block(taken, str(error))


def see_through(taken: Claim, pulse: Heartbeat) -> None:
    """Step after step, each committed before the next one begins."""
    while plan := prepare(taken):
        outcome = perform(taken, plan, lambda: pulse.should_stop)
        if pulse.lost.is_set():
            raise Lost(f"Run {taken.run_id}: the lease was lost.")
        if outcome.ending is Ending.CANCELLED and not pulse.cancelled.is_set():
            give_back(taken)
            return
        patiently(partial(keep, taken, plan, outcome), pulse.lost.is_set)
        if pulse.cancelled.is_set():
            break
        if pulse.leaving.is_set():
            give_back(taken)
            return
    patiently(partial(end, taken), pulse.lost.is_set)
