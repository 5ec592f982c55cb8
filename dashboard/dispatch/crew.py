"""`flask worker --engine rq`: processes that take hints, and one that ticks."""

import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

from dashboard.dispatch.family import fork
from dashboard.dispatch.horses import take_from
from dashboard.dispatch.line import line_of
from dashboard.dispatch.rehearsal import rehearse
from dashboard.queue import CREW, GRACE_SECONDS, Worker
from dashboard.runs.beats import RQ, Sign
from dashboard.runs.engine import worker_name

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.2
REST_SECONDS = 1.0
"""How long one that died stays away."""
MARGIN_SECONDS = 5.0
"""What comes after the grace: handing back, and saying goodbye."""


@dataclass
class Member:
    """One process of the crew."""

    work: Callable[[], None]
    pid: int = 0
    due: float = 0.0


class Crew:
    """Starts its members again when they die; it holds no connection and no thread.

    Redis may be away: then the one that ticks executes the runs itself.
    """

    def __init__(self, app: Flask, threads: int) -> None:
        self.app = app
        self.threads = threads
        self._stopping = False
        app.extensions[CREW] = worker_name()
        self._members = [Member(lambda: keep_time(app, threads))]
        self._members += [Member(lambda: take_hints(app)) for _ in range(threads)]

    def stop(self) -> None:
        self._stopping = True

    def run(self) -> None:
        rehearse(self.app)
        while not self._stopping:
            self._bury()
            for member in self._members:
                if not member.pid and time.monotonic() >= member.due:
                    member.pid = fork(member.work)
            time.sleep(LOOK_SECONDS)
        self._end()

    def _bury(self) -> None:
        """As the first process of a container it also buries what is not its own."""
        while (pid := buried()) > 0:
            for member in self._members:
                if member.pid == pid:
                    member.pid, member.due = 0, time.monotonic() + REST_SECONDS

    def _end(self) -> None:
        self._tell(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS + MARGIN_SECONDS
        while any(m.pid for m in self._members) and time.monotonic() < deadline:
            time.sleep(LOOK_SECONDS)
            self._bury()
        self._tell(signal.SIGKILL)

    def _tell(self, number: signal.Signals) -> None:
        for member in self._members:
            if member.pid:
                os.kill(member.pid, number)


def buried() -> int:
    """The id of a child that died; 0 if none has."""
    try:
        return os.waitpid(-1, os.WNOHANG)[0]
    except ChildProcessError:
        return 0


def keep_time(app: Flask, threads: int) -> None:
    """The tick of a crew; it executes runs only while Redis is away."""
    sign = Sign(app.extensions[CREW], RQ, threads)
    worker = Worker(app, threads, sign, standby=True)
    for wanted in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wanted, lambda number, frame: worker.stop())
    worker.run()


def take_hints(app: Flask) -> None:
    """Wait for Redis, then for hints."""
    line = line_of(app)
    while line and not line.answers():
        time.sleep(REST_SECONDS)
    take_from(app.config["REDIS_URL"])
