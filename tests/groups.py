"""Who runs what, when several processes share the tests.

What needs the same server, or the same program, stays together in one process: it is
made there once. The groups are taken in order by whoever is free: what keeps a
processor busy first, beside it what mostly waits, and the short ones fill the end.
"""

import os
import re

import pytest
from xdist.scheduler import LoadScopeScheduling

SERVER = re.compile(r"[\[-](sqlite|postgresql)[\]-]")
SHARES_DATABASE = "TEST_DATABASE_URL" in os.environ
SHARES_REDIS = "TEST_REDIS_URL" in os.environ
"""A server outside of which there is one, for one process alone."""
ASKING_REDIS = ("health", "runs")
WAITING = ("faults", "browser", "sandbox")
MIDDLE = "i"
ORDER = (
    "postgresql",
    "postgresql late",
    "sqlite late",
    "faults",
    "faults sqlite",
    "faults postgresql",
    "postgresql early",
    "sqlite early",
    "browser",
    "sandbox",
)


def group_of(nodeid):
    """`tests/bots/test_api.py::test_x[sqlite-1]` belongs to `sqlite early`."""
    path, _, name = nodeid.partition("::")
    *_, folder, file = path.split("/")
    found = SERVER.search(name)
    server = found[1] if found else ""
    if SHARES_DATABASE and server == "postgresql":
        return server
    if SHARES_REDIS and folder in ASKING_REDIS:
        return "redis"
    if folder in WAITING:
        return f"{folder} {server}".strip()
    if server:
        return f"{server} {'early' if folder < MIDDLE else 'late'}"
    return f"{folder} {file}"


class Groups(LoadScopeScheduling):
    def _split_scope(self, nodeid):
        return group_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    if config.getvalue("dist") == "loadgroup":
        config.option.loadscopereorder = False  # the order is ours
        return Groups(config, log)
    return None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: rank(group_of(item.nodeid)))


def rank(group):
    return ORDER.index(group) if group in ORDER else len(ORDER)
