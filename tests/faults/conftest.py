"""Worlds for the short form of each trial: every engine on both kinds of database."""

import shutil
from contextlib import ExitStack

import pytest

from tests.faults.box import redis_box
from tests.faults.world import migrated, world_of


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
