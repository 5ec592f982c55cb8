"""What takes the queued calls in every worker, with threads of its own."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.model_calls.claim import ready
from dashboard.model_calls.performing import perform
from dashboard.model_calls.recovery import recover
from dashboard.sweep import guarded, working

log = logging.getLogger(__name__)

THREADS = 8
"""They mostly wait."""
POLL_SECONDS = 0.2
RECOVER_SECONDS = 0.6
"""How often it looks for what other workers left undone."""
LONGEST_PAUSE = 10.0
GRACE_SECONDS = 8.0
"""How long calls may go on once the worker was told to stop."""
NAME = "model calls"


class Switchboard:
    """Looks often, apart from the worker's sweep: people wait for an answer."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._pool = ThreadPoolExecutor(THREADS, "model")
        self._stopping = Event()
        self._leaving = Event()
        self._busy: set[UUID] = set()
        self._recover_at = 0.0
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def tick(self) -> None:
        """Its own thread looks more often."""

    def close(self) -> None:
        """Begin nothing new; what does not end in time is handed back."""
        self._stopping.set()
        self._thread.join()
        until = time.monotonic() + GRACE_SECONDS
        while self._busy and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        self._leaving.set()
        self._pool.shutdown(cancel_futures=True)

    def _watch(self) -> None:
        pause = POLL_SECONDS
        while not self._stopping.wait(pause):
            if time.monotonic() >= self._recover_at:
                self._recover_at = time.monotonic() + RECOVER_SECONDS
                guarded(self.app, NAME, "taking up of calls", recover)
            try:
                self._take_up()
                pause = POLL_SECONDS
            except SQLAlchemyError:
                pause = min(LONGEST_PAUSE, pause * 2)
                log.warning("The database does not answer; next try in %.1f s.", pause)

    def _take_up(self) -> None:
        free = THREADS - len(self._busy)
        if free <= 0:
            return
        with working(self.app, NAME):
            due = ready(free, tuple(self._busy))
        for call_id in due:
            self._busy.add(call_id)
            self._pool.submit(self._perform, call_id)

    def _perform(self, call_id: UUID) -> None:
        try:
            guarded(
                self.app,
                NAME,
                f"call {call_id}",
                lambda: perform(call_id, self._leaving.is_set),
            )
        finally:
            self._busy.discard(call_id)
