"""The line in Redis where hints wait: "try run N now". Losing one costs only time."""

import logging
import time
from collections.abc import Callable, Collection, Iterable
from typing import TypeVar
from uuid import UUID

from flask import Flask
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
Hint = tuple[UUID, int]
"""A run, and how often the line was told of it."""

QUEUE = "workflows"
FUNCTION = "dashboard.queue.execute_run"
PATIENCE = 0.3
"""Seconds Redis may take: somebody may be waiting for their page."""
REST_SECONDS = 5.0
"""How long Redis is left alone after it did not answer."""
RESULT_SECONDS, FAILURE_SECONDS = 60, 3600
EXTENSION = "quorum.line"


class Line:
    """Speaks with Redis briefly, and not at all for a while after it was silent."""

    def __init__(self, url: str, rest: float = REST_SECONDS) -> None:
        self._redis = Redis.from_url(
            url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )
        self._queue = Queue(QUEUE, connection=self._redis, serializer=JSONSerializer)
        self._rest = rest
        self._ask_again_at = 0.0
        self.is_away = False
        """It did not answer when it was last asked."""

    @property
    def is_resting(self) -> bool:
        """It was silent a moment ago: nobody waits for it again so soon."""
        return self.is_away and time.monotonic() < self._ask_again_at

    def send(self, hints: Iterable[Hint], begun: Collection[UUID] = ()) -> None:
        """Say that these runs may start; if Redis is away, the sweep says it later.

        Those that have begun go on before others begin.
        """

        def put() -> None:
            for run_id, dispatch in hints:
                self._put(run_id, dispatch, is_first=run_id in begun)

        self._ask(put, None)

    def waiting(self) -> set[str] | None:
        """The names of the hints that stand in line; None if Redis does not answer."""
        return self._ask(lambda: set(self._queue.get_job_ids()), None)

    def answers(self) -> bool:
        return self._ask(self._redis.ping, False)

    def clear(self) -> None:
        """Throw all hints away; whatever still waits is told again by the sweep."""
        self._ask(self._queue.empty, None)

    def _put(self, run_id: UUID, dispatch: int, *, is_first: bool) -> None:
        try:
            self._queue.enqueue_call(
                FUNCTION,
                args=(str(run_id),),
                job_id=name_of(run_id, dispatch),
                timeout=-1,  # a bot's own limits end it
                result_ttl=RESULT_SECONDS,
                failure_ttl=FAILURE_SECONDS,
                description=f"run {run_id}",
                unique=True,
                at_front=is_first,
            )
        except DuplicateJobError:
            log.debug("Run %s stands in line already.", run_id)

    def _ask(self, question: Callable[[], Answer], otherwise: Answer) -> Answer:
        if self.is_resting:
            return otherwise
        try:
            answer = question()
        except (RedisError, OSError) as error:
            self._ask_again_at = time.monotonic() + self._rest
            if not self.is_away:
                log.warning("Redis does not answer (%s); the sweep goes on.", error)
            self.is_away = True
            return otherwise
        if self.is_away:
            log.warning("Redis answers again.")
            self.is_away = False
        return answer


def name_of(run_id: UUID, dispatch: int) -> str:
    """A new name each time: a hint that died in Redis must not keep out the next."""
    return f"run-{run_id}-{dispatch}"


def line_of(app: Flask) -> Line | None:
    """This app's line; none unless REDIS_URL is set."""
    url: str = app.config["REDIS_URL"]
    if not url:
        return None
    line: Line = app.extensions.setdefault(EXTENSION, None) or Line(url)
    app.extensions[EXTENSION] = line
    return line
