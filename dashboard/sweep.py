"""The tick of a worker: what is due by the clock, and what others left undone."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.audit import Origin, origin
from dashboard.dispatch.again import dispatch_again
from dashboard.inbox.jobs import remind_due
from dashboard.runs.beats import Sign, beat, probe_if_asked, sign_off
from dashboard.runs.forgetting import prune_logs
from dashboard.runs.reconcile import reconcile
from dashboard.runs.steps import tier_in_use
from dashboard.sandbox import evidence
from dashboard.tick import BESIDE, JOBS, Beside, Every
from dashboard.workflows.jobs import advance_due

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
FIRST = (Every("reconcile", 0, reconcile), Every("advance", 0, advance_due))
LAST = (
    Every("remind", 60, remind_due),
    Every("old logs", 86_400, prune_logs),
    Every("dispatch", 0, dispatch_again),
)
"""What no feature has to register: no job of theirs lets a stranded run wait, and
hints are sent after all that makes runs ready.
"""


class Sweep:
    """One thread of a worker that does what is due, until told to stop."""

    def __init__(self, app: Flask, sign: Sign) -> None:
        self.app = app
        self.sign = sign
        self._again_at: dict[str, float] = {}

    def run(self, stopping: threading.Event) -> None:
        pause = min(SWEEP_SECONDS, self.app.config["LEASE_SECONDS"])
        beside = {name: make(self.app) for name, make in BESIDE.items()}
        while True:
            self.once(beside)
            if stopping.wait(pause):
                break
        for name, part in beside.items():
            self._guarded(f"end of {name}", part.close)

    def once(self, beside: dict[str, Beside]) -> None:
        """Everything that is due now, one after the other."""
        self._guarded("probe", lambda: probe_if_asked(self.sign))
        self._guarded("beat", self._beat)
        for each in (*FIRST, *JOBS.values(), *LAST):
            if time.monotonic() >= self._again_at.get(each.name, 0):
                self._again_at[each.name] = time.monotonic() + each.seconds
                self._guarded(each.name, each.job)
        for name, part in beside.items():
            self._guarded(name, part.tick)

    def sign_off(self) -> None:
        self._guarded("sign off", lambda: sign_off(self.sign))

    def _beat(self) -> None:
        beat(self.sign, tier_in_use().value, evidence().as_json())

    def _guarded(self, what: str, job: Callable[[], object]) -> None:
        guarded(self.app, self.sign.name, what, job)


def guarded(app: Flask, worker: str, what: str, job: Callable[[], object]) -> None:
    """Whatever goes wrong in one job is written down and ends no worker.

    A run that was left half done is taken up again when its lease lapses.
    """
    try:
        with working(app, worker):
            job()
    except SQLAlchemyError as error:
        log.warning("%s: the database did not answer (%s).", what, error)
    except Exception:
        log.exception("%s failed.", what)


@contextmanager
def working(app: Flask, worker: str) -> Iterator[None]:
    """A session of its own for each job; the audit trail names the worker."""
    token = origin.set(Origin(via="worker", agent=worker))
    try:
        with app.app_context():
            yield
    finally:
        origin.reset(token)
