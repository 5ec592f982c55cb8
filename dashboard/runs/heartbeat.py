"""Keeps a run's lease while its bot works, and hears when it shall stop."""

import logging
import threading
import time
from types import TracebackType
from typing import Self

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from dashboard.extensions import db
from dashboard.runs.claim import Claim
from dashboard.runs.fence import renew
from dashboard.runs.models import Run

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.4
"""How often it looks whether somebody asked the run to stop."""


class Heartbeat:
    """A thread beside the run. `should_stop` is asked by whoever runs the bot."""

    def __init__(self, claim: Claim, leaving: threading.Event) -> None:
        self.claim = claim
        self.leaving = leaving
        self.lost = threading.Event()
        self.cancelled = threading.Event()
        self._over = threading.Event()
        self._renewed = time.monotonic()
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own way
        self._lease: int = self._app.config["LEASE_SECONDS"]
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def should_stop(self) -> bool:
        self._mind_the_lease()
        return any(e.is_set() for e in (self.lost, self.cancelled, self.leaving))

    def _mind_the_lease(self) -> None:
        """Once it lapsed others may take the run: end the bot before they do.

        Whoever runs the bot asks too, for our own thread may hang on the database.
        """
        if time.monotonic() - self._renewed >= self._lease:
            self.lost.set()

    def _beat(self) -> None:
        while not self._over.wait(min(LOOK_SECONDS, self._lease / 4)):
            began = time.monotonic()
            try:
                with self._app.app_context():
                    if began - self._renewed >= self._lease / 4:
                        self._renew()
                        self._renewed = began
                    if self._cancel_was_asked():
                        self.cancelled.set()
            except SQLAlchemyError:
                log.warning("Run %s: the database did not answer.", self.claim.run_id)
            self._mind_the_lease()
            if self.lost.is_set():
                return

    def _renew(self) -> None:
        if not renew(self.claim.run_id, self.claim.token):
            self.lost.set()

    def _cancel_was_asked(self) -> bool:
        asked = select(Run.cancel_requested_at).where(Run.id == self.claim.run_id)
        return db.session.scalar(asked) is not None
