"""A Redis that can be lost: stopped, started empty, flushed."""

from contextlib import ExitStack, contextmanager

from redis import Redis

from tests.redis import own_server


class RedisBox:
    """One server on a socket of its own; it keeps nothing when it stops."""

    def __init__(self, folder):
        self.folder = folder
        self.url = f"unix://{folder}/redis.sock"
        self._running = ExitStack()

    def start(self):
        self._running.enter_context(own_server(self.folder))

    def stop(self):
        self._running.close()

    def flush(self):
        with Redis.from_url(self.url) as redis:
            redis.flushall()


@contextmanager
def redis_box(folder):
    box = RedisBox(folder)
    box.start()
    try:
        yield box
    finally:
        box.stop()
