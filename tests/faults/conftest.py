"""Worlds for the short form of each trial, on both kinds of database.

`bin/faults` tries each engine on each of them; so do those here that are quick.
"""

import shutil
from contextlib import ExitStack

import pytest

from tests.faults.box import redis_box
from tests.faults.world import migrated, world_of

each_engine = pytest.mark.parametrize(
    ("server", "engine"),
    [("sqlite", "embedded"), ("postgresql", "rq")],
    indirect=["server"],
)
"""For trials that take their time, and ask little of the database."""


@pytest.fixture
def make_world(real_database, tmp_path):
    """A world of an engine over a migrated database of its own."""
    url = real_database.url.render_as_string(hide_password=False)
    with ExitStack() as stack:
        yield maker(stack, tmp_path / "world", url)


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    return migrated(tmp_path_factory.mktemp("template"))


@pytest.fixture
def make_mutant(template, tmp_path):
    """The same with a safeguard taken out: on one database is enough."""
    copy = shutil.copy(template, tmp_path / "mutant.db")
    with ExitStack() as stack:
        yield maker(stack, tmp_path / "world", f"sqlite:///{copy}")


def maker(stack, folder, url):
    def make(engine="embedded", *, mutant="", **over):
        facts = {"engine": engine, "mutant": mutant, "over": over}
        if engine == "rq":
            facts["box"] = stack.enter_context(redis_box(folder))
        return stack.enter_context(world_of(folder, url, **facts))

    return make
