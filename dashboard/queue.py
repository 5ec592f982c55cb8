"""Workers: threads that ask the database what is due, or processes that are told."""

import logging
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy.exc import SQLAlchemyError

from dashboard.dispatch import outbox  # noqa: F401  # it listens to commits
from dashboard.dispatch.again import came_too_early
from dashboard.dispatch.bell import bell_of
from dashboard.dispatch.line import line_of
from dashboard.extensions import db
from dashboard.runs.beats import Sign
from dashboard.runs.claim import ready
from dashboard.runs.engine import execute, worker_name
from dashboard.sweep import Sweep, guarded, working

log = logging.getLogger(__name__)

POLL_SECONDS = 0.075
LISTEN_SECONDS = 0.005
"""How often it listens for the bell, and whether one of its threads is free again."""
HEARING_SECONDS = 0.3
"""How often it looks all the same: time alone makes some runs due."""
STANDBY_SECONDS = 0.5
GRACE_SECONDS = 10.0
"""How long running bots may go on once the worker was told to stop."""
LONGEST_PAUSE = 10.0
CREW = "quorum.crew"
"""Under this name an app of forking workers keeps the name of their crew."""


class Worker:
    """One dispatcher, N threads that execute, and one that sweeps up.

    On standby it leaves the runs to others, who hear of them from Redis, for as long
    as Redis answers.
    """

    def __init__(
        self, app: Flask, threads: int, sign: Sign | None = None, standby: bool = False
    ) -> None:
        self.app = app
        self.threads = threads
        self.sign = sign or Sign(worker_name(), threads=threads)
        self.grace = GRACE_SECONDS
        self._line = line_of(app) if standby else None
        self._bell = None if standby else bell_of(app)
        self._usual_pause = STANDBY_SECONDS if standby else POLL_SECONDS
        if self._bell:
            self._usual_pause = HEARING_SECONDS
        self._pause = self._usual_pause
        self._told_to_stop = False
        self._stopping = threading.Event()
        self._leaving = threading.Event()
        self._busy: set[UUID] = set()
        self._is_free_again = False

    @property
    def name(self) -> str:
        return self.sign.name

    def stop(self) -> None:
        """Take nothing new; end what runs, or hand it back. A signal may call it."""
        self._told_to_stop = True

    def run(self) -> None:
        """Work until told to stop."""
        sweep = Sweep(self.app, self.sign)
        sweeper = threading.Thread(target=sweep.run, args=[self._stopping])
        sweeper.start()
        with ThreadPoolExecutor(self.threads, "run") as pool:
            while self._wait():
                self._dispatch(pool)
            self._stopping.set()
            self._wait_for_bots()
        if self._bell:
            self._bell.close()
        sweeper.join()
        sweep.sign_off()

    def _wait(self) -> bool:
        """Until it is time to look again; False when told to stop."""
        until = time.monotonic() + self._pause
        listens = self._pause == self._usual_pause  # else the database is silent
        step = LISTEN_SECONDS if self._bell else POLL_SECONDS
        while not self._told_to_stop and time.monotonic() < until:
            time.sleep(min(step, self._pause))
            if listens and (self._is_free_again or self._rang()):
                break
        return not self._told_to_stop

    def _rang(self) -> bool:
        return self._bell is not None and self._bell.rang()

    def _dispatch(self, pool: ThreadPoolExecutor) -> None:
        self._is_free_again = False
        free = self.threads - len(self._busy)
        if free <= 0 or (self._line and not self._line.is_away):
            return
        try:
            with working(self.app, self.name):
                due = ready(free, tuple(self._busy))
        except SQLAlchemyError:
            self._pause = min(LONGEST_PAUSE, self._pause * 2)
            log.warning(
                "The database does not answer; next try in %.1f s.", self._pause
            )
            return
        self._pause = self._usual_pause
        for run_id in due:
            self._busy.add(run_id)
            pool.submit(self._execute, run_id)

    def _execute(self, run_id: UUID) -> None:
        def work() -> bool:
            return execute(run_id, self._leaving, self.name)

        try:
            guarded(self.app, self.name, f"run {run_id}", work)
        finally:
            self._busy.discard(run_id)
            self._is_free_again = True

    def _wait_for_bots(self) -> None:
        deadline = time.monotonic() + self.grace
        while self._busy and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        self._leaving.set()


def execute_run(run_id: str) -> None:
    """What a hint asks for, in a process that was forked for this one run."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
    db.engine.dispose(close=False)  # whatever is open belongs to the parent
    leaving = threading.Event()
    leave_when_told(leaving)
    worker = f"{app.extensions[CREW]}/{os.getpid()}"

    def work() -> None:
        if not execute(UUID(run_id), leaving, worker):
            came_too_early(UUID(run_id))

    guarded(app, worker, f"run {run_id}", work)


def leave_when_told(leaving: threading.Event) -> None:
    """SIGTERM lets the bot end within the grace; then its run is handed back."""
    told: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: told.append(number))

    def watch() -> None:
        while not told:
            time.sleep(POLL_SECONDS)
        time.sleep(GRACE_SECONDS)
        leaving.set()

    threading.Thread(target=watch, daemon=True).start()
