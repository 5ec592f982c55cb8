"""G8: a database that goes away costs a moment: no wrong success, no error of ours."""

import time
from functools import partial

import pytest

from tests.factories import make_user
from tests.faults.crowd import Crowd, Promises, caller_for
from tests.faults.servers import postgresql
from tests.faults.survey import Survey
from tests.faults.test_g1_commit import CALLERS, CODE, judge
from tests.faults.work import alone, at_work, bot_of, journal, unfinished
from tests.faults.world import World, free_port, world_of
from tests.processes import await_true

ENGINES = ("web",)
SERVERS = ("postgresql",)
OWN_SERVER = ("postgres-restarted",)
AWAY = 503


def restarted(outer, times):
    """PostgreSQL is stopped at once and started again, under programs and a worker."""
    survey, port = Survey("postgres-restarted"), free_port()
    with (
        postgresql(outer.folder / "postgres") as server,
        world_of(outer.folder / "inner", server.copy(), mutant=outer.mutant) as world,
        journal() as kept,
    ):
        promises = Promises(world.folder / "promises")
        with at_work(world):
            caller = caller_for(f"http://127.0.0.1:{port}", make_user("Ada"))
            alone(bot_of(kept, seconds=0.2), 4 * times)
        world.web(port)
        world.worker()
        errands = [partial(save, caller, promises, who) for who in range(CALLERS)]
        with Crowd(errands) as crowd:
            for _ in range(times):
                time.sleep(world.rng.uniform(0.2, 0.6))
                server.crash()
                time.sleep(world.rng.uniform(0.1, 0.5))
                server.start()
                survey.recover.append(await_true(partial(works, world, caller), 30))
        await_true(lambda: unfinished(world) == 0, 120)
        judge(world, survey, promises)
        add_runs(world, survey, crowd.problems)
    return survey


def save(caller, promises, who, number):
    """Saved, or told in plain words that the database is away; never anything else."""
    name = f"Bot {who}-{number}"
    body = {"name": name, "code": CODE, "message": "First version"}
    status, answer = caller.call("POST", "/bots", body)
    if status == 201:
        promises.note(name, answer["id"])
    elif status != AWAY:
        raise RuntimeError(f"{status}: {answer}")


def works(world: World, caller):
    return caller.call("GET", "/bots?limit=1")[0] == 200


def add_runs(world, survey, problems):
    """The runs that were under way: each to its end, none twice."""
    total = world.one("SELECT count(*) FROM runs")
    done = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
    survey.n += total
    survey.survived += done
    survey.lost += total - done + len(problems)
    survey.note = f"acknowledged saves and runs {problems or ''}"


TRIALS = {"postgres-restarted": lambda world, long: restarted(world, 20 if long else 2)}


@pytest.fixture
def bare_world(template, tmp_path):
    """A folder with a world whose own database is not used."""

    def make(mutant=""):
        return World(tmp_path, f"sqlite:///{template}", mutant=mutant)

    return make


def test_a_restarted_database_is_a_moment_of_503(bare_world):
    survey = restarted(bare_world(), 2)

    assert survey.held, survey


def test_an_error_page_instead_would_be_noticed(bare_world):
    survey = restarted(bare_world("no_patience"), 1)

    assert survey.lost, survey
