"""RQ's forking worker, told what it may take from Redis and how it stops."""

import logging
import os
import signal
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from rq.exceptions import DeserializationError, NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from dashboard.dispatch.line import FUNCTION, QUEUE

log = logging.getLogger(__name__)

FOREIGN = (b"callback_name", b"webhook")
"""What is in the names of fields that could make a worker do other things."""


class HintJob(Job):
    """A hint as it lies in Redis: whoever can write there can start no other code."""

    def restore(self, raw_data: dict[Any, Any]) -> None:
        super().restore(raw_data)
        given = [name for name, value in raw_data.items() if value]
        if any(word in bytes(name) for name in given for word in FOREIGN):
            raise self._refused()
        try:
            if self.func_name != FUNCTION or self.instance is not None:
                raise self._refused()
        except DeserializationError as error:
            raise self._refused() from error

    def _refused(self) -> NoSuchJobError:
        log.warning("Left out %s in Redis: it is no hint of ours.", self.id)
        return NoSuchJobError(f"{self.id} is no hint of ours.")


class RunWorker(Worker):
    """Forks a process for each run; it must work inside an app's context."""

    max_connection_wait_time = 5.0
    log_result_lifespan = False

    def __init__(self, queues: Any, *args: Any, **options: Any) -> None:
        """RQ would read pickles, whatever its settings module says: this one never."""
        options |= {"serializer": JSONSerializer, "job_class": HintJob}
        names = [queue.name if isinstance(queue, Queue) else queue for queue in queues]
        super().__init__(names, *args, **options)

    def handle_warm_shutdown_request(self) -> None:
        """Let the run at work end within the grace, or be handed back."""
        super().handle_warm_shutdown_request()
        if self.horse_pid:
            os.kill(self.horse_pid, signal.SIGTERM)


def take_from(url: str) -> None:
    """Take hints and have them executed until told to stop, or Redis is lost."""
    connection = Redis.from_url(url)
    try:
        RunWorker([QUEUE], connection=connection).work(logging_level="WARNING")
    except RedisError as error:
        log.warning("Redis was lost (%s); this process is started again.", error)
