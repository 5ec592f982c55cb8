"""The sender that works beside a worker's runs, in threads of its own."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Event
from uuid import UUID

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.audit import Origin, origin
from dashboard.webhooks import jobs

log = logging.getLogger(__name__)

THREADS = 4
GRACE_SECONDS = 4.0


class Sender:
    """Up to four endpoints at a time, each by one thread: a slow one delays itself."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._pool = ThreadPoolExecutor(THREADS, "webhook")
        self._leaving = Event()
        self._turns: dict[UUID, Future[None]] = {}

    def tick(self) -> None:
        """Hand what is due to the threads, and wait for none of them."""
        with self.app.app_context():
            found = jobs.due()
        for endpoint_id in found:
            turn = self._turns.get(endpoint_id)
            if turn is None or turn.done():
                self._turns[endpoint_id] = self._pool.submit(self._deliver, endpoint_id)

    def close(self) -> None:
        """Begin nothing new; what does not end in time goes out again, elsewhere."""
        self._leaving.set()
        self._pool.shutdown(wait=False, cancel_futures=True)
        wait(self._turns.values(), GRACE_SECONDS)

    def _deliver(self, endpoint_id: UUID) -> None:
        origin.set(Origin(via="worker"))
        try:
            with self.app.app_context():
                jobs.deliver_to(endpoint_id, self._leaving)
        except SQLAlchemyError as error:
            log.warning("Webhooks: the database did not answer (%s).", error)
        except Exception:
            log.exception("Messages to endpoint %s could not be sent.", endpoint_id)
