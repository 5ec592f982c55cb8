"""Whether Redis answers, and how many hints wait there."""

from dataclasses import dataclass
from time import perf_counter

PATIENCE = 0.3
"""Seconds: somebody waits for the page."""


@dataclass(frozen=True)
class Line:
    """What Redis said; without an answer, why not."""

    milliseconds: float | None = None
    waiting: int | None = None
    why_not: str = ""


def look_at(url: str) -> Line:
    """Knock at Redis once, and count the hints in line."""
    # only where REDIS_URL is set: without it nothing of this need be loaded
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry
    from rq import Queue

    from dashboard.dispatch.line import QUEUE

    once = Retry(NoBackoff(), 0)
    limits = {"socket_connect_timeout": PATIENCE, "socket_timeout": PATIENCE}
    try:
        with Redis.from_url(url, retry=once, **limits) as redis:
            begun = perf_counter()
            redis.ping()
            took = (perf_counter() - begun) * 1000
            return Line(round(took, 2), Queue(QUEUE, connection=redis).count)
    except (RedisError, OSError) as error:
        return Line(why_not=type(error).__name__)
