"""G15: ten times too much work is refused in good order, and reading stays quick."""

import time
from functools import partial
from pathlib import Path

from dashboard.permissions import Role
from tests.factories import make_user
from tests.faults.crowd import Crowd, Promises, caller_for
from tests.faults.survey import Survey
from tests.faults.work import at_work, bot_of, breaks_in_chain, journal, unfinished
from tests.faults.world import free_port
from tests.processes import await_true, members

ENGINES = ("embedded", "rq")
WAITING = 4
"""Runs that one person may have waiting."""
CALLERS = 4
READ_WITHIN, TIMES_AS_SLOW = 1.0, 10
"""Seconds; a machine that is slow before the flood may take so many times as long."""
BUSY = 429


def flooded(world, seconds):
    """Programs start bots as fast as they can, far faster than one worker runs them."""
    survey, port = Survey("flood-of-runs"), free_port()
    promises = Promises(world.folder / "accepted")
    world.env["RUNS_WAITING"] = str(WAITING)
    with journal() as kept:
        with at_work(world):
            bot = bot_of(kept, seconds=0.1)
            url = f"http://127.0.0.1:{port}"
            caller, reader = caller_for(url, bot.owner), caller_for(url, reading())
            bot_id = bot.id
        web = world.web(port)
        world.worker(threads=1)
        calm, reads = [], []
        for number in range(5):
            read(reader, calm, number)
        before = memory(web)
        starts = [partial(start, caller, promises, bot_id)] * CALLERS
        with Crowd([*starts, partial(read, reader, reads)]) as crowd:
            until = time.monotonic() + seconds
            while not survey.dup and (
                time.monotonic() < until or not is_full(promises)
            ):
                check_queue(world, survey)
                time.sleep(0.1)
        began = time.monotonic()
        await_true(lambda: survey.dup or unfinished(world) == 0, 120)
        survey.recover.append(time.monotonic() - began)
        grown = memory(web) / before
        judge(world, survey, promises, crowd.problems)
    survey.note = (
        f"reads p95 {p95(reads):.2f} s, memory x{grown:.2f}, "
        f"{sum(1 for line in promises.all() if line[0] == 'busy')} refused"
    )
    survey.lost += p95(reads) > max(READ_WITHIN, TIMES_AS_SLOW * p95(calm))
    return survey


def is_full(promises):
    return any(line[0] == "busy" for line in promises.all())


def reading():
    return make_user("Eve", role=Role.VIEWER)


def start(caller, promises, bot_id, number):
    status, answer = caller.call("POST", f"/bots/{bot_id}/runs", {"inputs": {}})
    if status == 202:
        promises.note("accepted", answer["id"])
    elif status == BUSY:
        promises.note("busy")
    else:
        raise RuntimeError(f"{status}: {answer}")


def read(reader, reads, number):
    began = time.monotonic()
    status, answer = reader.call("GET", "/runs?limit=25")
    if status != 200:
        raise RuntimeError(f"{status}: {answer}")
    reads.append(time.monotonic() - began)


def check_queue(world, survey):
    """The limit holds; those who come together may each see the last free place."""
    waiting = world.one("SELECT count(*) FROM runs WHERE status = 'queued'")
    survey.dup = max(survey.dup, waiting - WAITING - CALLERS)


def judge(world, survey, promises, problems):
    accepted = [line[1] for line in promises.all() if line[0] == "accepted"]
    done = world.one("SELECT count(*) FROM runs WHERE status = 'completed'")
    survey.n = len(accepted)
    survey.survived = min(done, survey.n)
    survey.lost = survey.n - survey.survived + len(problems) + (not is_full(promises))
    survey.dup = max(0, survey.dup) + len(breaks_in_chain(world))


def memory(web):
    """Pages that the web's processes hold, but for those of files."""
    held = 0
    for pid in members(web.pid):
        resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
        held += int(resident) - int(shared)
    return held


def p95(seconds):
    ranked = sorted(seconds)
    return ranked[int(0.95 * len(ranked))] if ranked else 0.0


TRIALS = {"flood-of-runs": lambda world, long: flooded(world, 30 if long else 3)}


def test_too_much_is_refused_and_reading_stays_quick(make_world):
    survey = TRIALS["flood-of-runs"](make_world("embedded"), False)

    assert survey.held, survey


def test_without_the_limit_the_queue_would_grow(make_mutant):
    survey = TRIALS["flood-of-runs"](make_mutant(mutant="no_limit"), False)

    assert not survey.held, survey
