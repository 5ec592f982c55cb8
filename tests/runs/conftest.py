"""A Redis, and an app whose commits tell it which runs may start."""

import pytest
from redis import Redis

from dashboard.dispatch.line import EXTENSION
from tests.redis import redis_server


@pytest.fixture(scope="session")
def redis_url_of_all(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as url:
        yield url


@pytest.fixture
def redis_url(redis_url_of_all):
    """An empty Redis."""
    with Redis.from_url(redis_url_of_all) as redis:
        redis.flushall()
    return redis_url_of_all


@pytest.fixture
def told(app, redis_url):
    """This test's own commits tell Redis, as those of a web process do."""
    yield from telling(app, redis_url)


@pytest.fixture
def told_in_vain(app, tmp_path):
    """The same, but no Redis is there."""
    yield from telling(app, f"unix://{tmp_path}/redis.sock")


def telling(app, url):
    app.config["REDIS_URL"] = url
    yield url
    app.config["REDIS_URL"] = ""
    app.extensions.pop(EXTENSION, None)
