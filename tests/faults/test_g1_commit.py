"""G1: what was acknowledged is stored, and nothing is half stored; G7 beside it."""

import time
from functools import partial

from tests.factories import make_user
from tests.faults.crowd import Crowd, Promises, caller_for
from tests.faults.survey import Survey
from tests.faults.work import at_work, breaks_in_chain
from tests.faults.world import free_port
from tests.processes import await_true

ENGINES = ("web",)
CALLERS = 6
MADE = "SELECT name FROM bots WHERE name LIKE 'Bot %-%'"
CODE = "def run(inputs):\n    return {}\n"


def killed(world, kills):
    """Programs save bots while the web is killed under them, again and again."""
    survey, port = Survey("web-killed"), free_port()
    promises = Promises(world.folder / "promises")
    with at_work(world):
        ada = make_user("Ada")
        caller = caller_for(f"http://127.0.0.1:{port}", ada)
    errands = [partial(save, caller, promises, who) for who in range(CALLERS)]
    web = world.web(port)
    with Crowd(errands) as crowd:
        for _ in range(kills):
            noted = len(promises.all())
            await_true(lambda noted=noted: len(promises.all()) > noted)
            time.sleep(world.rng.uniform(0, 0.1))
            web.crash()
            began = time.monotonic()
            web = world.web(port)
            survey.recover.append(time.monotonic() - began)
    web.end()
    judge(world, survey, promises)
    survey.lost += len(crowd.problems)
    survey.note = f"{kills} kills; n counts acknowledged saves {crowd.problems or ''}"
    return survey


def save(caller, promises, who, number):
    name = f"Bot {who}-{number}"
    body = {"name": name, "code": CODE, "message": "First version"}
    status, answer = caller.call("POST", "/bots", body)
    if status == 201:
        promises.note(name, answer["id"])
    elif status >= 500 and status != 503:
        raise RuntimeError(f"{status}: {answer}")


def judge(world, survey, promises):
    """Every promised bot is there, whole, once, and written down once."""
    promised = [name for name, _ in promises.all()]
    stored = [row.name for row in world.rows(MADE)]
    halves = world.one(
        "SELECT count(*) FROM bots WHERE (SELECT count(*) FROM bot_versions "
        "WHERE bot_versions.bot_id = bots.id) <> 1"
    )
    entries = world.one(
        "SELECT count(*) FROM audit_entries WHERE action = 'bot.write' "
        "AND result = 'done'"
    )
    survey.n = len(promised)
    survey.lost = len(set(promised) - set(stored))
    survey.survived = survey.n - survey.lost
    survey.dup = (
        halves
        + abs(len(stored) - entries)
        + len(promised)
        - len(set(promised))
        + len(breaks_in_chain(world))
    )


TRIALS = {"web-killed": lambda world, long: killed(world, 100 if long else 2)}


def test_an_answer_is_a_promise_that_a_kill_does_not_break(make_world):
    survey = TRIALS["web-killed"](make_world("web"), False)

    assert survey.held, survey


def test_a_change_committed_before_its_audit_entry_would_be_seen(make_mutant):
    survey = killed(make_mutant("web", mutant="commit_early"), 3)

    assert survey.dup, survey
