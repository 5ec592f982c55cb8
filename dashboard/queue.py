"""The embedded queue: threads over the rows of the database, which say what is due."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.audit import Origin, origin
from dashboard.inbox.jobs import remind_due
from dashboard.runs.beats import beat, sign_off
from dashboard.runs.claim import ready
from dashboard.runs.engine import execute, worker_name
from dashboard.runs.reconcile import reconcile
from dashboard.runs.steps import tier_in_use
from dashboard.workflows.jobs import advance_due

log = logging.getLogger(__name__)

POLL_SECONDS = 0.075
SWEEP_SECONDS = 5.0
REMIND_SECONDS = 60.0
GRACE_SECONDS = 10.0
"""How long running bots may go on once the worker was told to stop."""
LONGEST_PAUSE = 10.0


class Worker:
    """One dispatcher, N threads that execute, and one that sweeps up."""

    def __init__(self, app: Flask, threads: int) -> None:
        self.app = app
        self.threads = threads
        self.name = worker_name()
        self.grace = GRACE_SECONDS
        self._stopping = threading.Event()
        self._leaving = threading.Event()
        self._busy: set[UUID] = set()
        self._pause = POLL_SECONDS

    def stop(self) -> None:
        """Take nothing new; end what runs, or hand it back."""
        self._stopping.set()

    def run(self) -> None:
        """Work until told to stop."""
        sweeper = threading.Thread(target=self._sweep_often, name="sweep")
        sweeper.start()
        with ThreadPoolExecutor(self.threads, "run") as pool:
            while not self._stopping.wait(self._pause):
                self._dispatch(pool)
            self._wait_for_bots()
        sweeper.join()
        self._guarded("sign off", lambda: sign_off(self.name))

    def _dispatch(self, pool: ThreadPoolExecutor) -> None:
        free = self.threads - len(self._busy)
        if free <= 0:
            return
        try:
            with self._context():
                due = ready(free, tuple(self._busy))
        except SQLAlchemyError:
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
            log.warning(
                "The database does not answer; next try in %.1f s.", self._pause
            )
            return
        self._pause = POLL_SECONDS
        for run_id in due:
            self._busy.add(run_id)
            pool.submit(self._execute, run_id)

    def _execute(self, run_id: UUID) -> None:
        try:
            self._guarded(f"run {run_id}", lambda: execute(run_id, self._leaving))
        finally:
            self._busy.discard(run_id)

    def _wait_for_bots(self) -> None:
        deadline = time.monotonic() + self.grace
        while self._busy and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self._leaving.set()

    def _sweep_often(self) -> None:
        pause = min(SWEEP_SECONDS, self.app.config["LEASE_SECONDS"])
        remind_at = 0.0
        while True:
            self._guarded("beat", lambda: beat(self.name, tier_in_use().value))
            self._guarded("reconcile", reconcile)
            self._guarded("advance", advance_due)
            if time.monotonic() >= remind_at:
                self._guarded("remind", remind_due)
                remind_at = time.monotonic() + REMIND_SECONDS
            if self._stopping.wait(pause):
                return

    def _guarded(self, what: str, job: Callable[[], object]) -> None:
        """Whatever goes wrong in one job is written down and ends no worker.

        A run that was left half done is taken up again when its lease lapses.
        """
        try:
            with self._context():
                job()
        except SQLAlchemyError as error:
            log.warning("%s: the database did not answer (%s).", what, error)
        except Exception:
            log.exception("%s failed.", what)

    @contextmanager
    def _context(self) -> Iterator[None]:
        """A session of its own for each job; the audit trail names the worker."""
        token = origin.set(Origin(via="worker", agent=self.name))
        try:
            with self.app.app_context():
                yield
        finally:
            origin.reset(token)
