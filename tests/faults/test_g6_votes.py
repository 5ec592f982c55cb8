"""G6: no vote is lost, none counts twice, and a vote is decided once."""

import time
from functools import partial

from dashboard.permissions import Role
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
)
from tests.faults.crowd import GONE, Crowd, Promises, caller_for
from tests.faults.survey import Survey
from tests.faults.work import at_work, breaks_in_chain
from tests.faults.world import free_port
from tests.processes import await_true

ENGINES = ("web",)
MONTH = 30 * 24 * 3600
CHOICES = ("approve", "reject", "abstain")


def voted(world, voters, kills):
    """Everybody votes and changes their mind while the web is killed under them."""
    survey, port = Survey("web-killed-while-voting"), free_port()
    promises = Promises(world.folder / "votes")
    url = f"http://127.0.0.1:{port}"
    with at_work(world):
        people, workflow_id = assembly(voters)
        callers = [caller_for(url, person) for person in people]
        ids = [person.id for person in people]
    errands = [
        partial(vote, caller, promises, who, workflow_id)
        for who, caller in enumerate(callers)
    ]
    web = world.web(port)
    with Crowd(errands) as crowd:
        for _ in range(kills):
            time.sleep(0.2 + world.rng.uniform(0, 0.1))
            web.crash()
            began = time.monotonic()
            web = world.web(port)
            survey.recover.append(time.monotonic() - began)
        time.sleep(0.3)
    web.end()
    judge(world, survey, promises.all(), ids)
    decide(world, survey)
    survey.lost += len(crowd.problems)
    survey.note = f"{kills} kills; n counts acknowledged votes {crowd.problems or ''}"
    return survey


def assembly(voters):
    rule = rule_of(early_decision="off")
    people = [make_user(f"V{n}", role=Role.COUNCIL_OPERATOR) for n in range(voters)]
    uma = make_user("Uma", role=Role.USER)
    type_ = make_type(make_council(*people, rule=rule), make_bot(uma))
    return people, open_vote(uma, type_).id


def vote(caller, promises, who, workflow_id, number):
    choice = CHOICES[(who + number) % len(CHOICES)]
    body = {"choice": choice, "reason": f"{who}-{number}", "revision": 1}
    promises.note("tried", who, number, choice)
    status, answer = caller.call("POST", f"/workflows/{workflow_id}/votes", body)
    if status == 201:
        promises.note("counted", who, number, choice)
    elif status not in {GONE, 503}:
        raise RuntimeError(f"{status}: {answer}")


def judge(world, survey, noted, ids):
    """Each one's standing vote is the last acknowledged, or one tried after it."""
    standing = {}
    for row in world.rows(
        "SELECT user_id, reason FROM workflow_votes WHERE superseded_at IS NULL"
    ):
        standing.setdefault(str(row.user_id).replace("-", ""), []).append(row.reason)
    for who, id_ in enumerate(ids):
        mine = [each for each in noted if each[1] == who]
        counted = [each[2] for each in mine if each[0] == "counted"]
        survey.n += len(counted)
        survey.survived += len(counted)
        found = standing.get(id_.hex, [])
        survey.dup += max(0, len(found) - 1)
        last = max(counted, default=-1)
        if last >= 0 and (not found or int(found[0].split("-")[1]) < last):
            survey.lost += 1
            survey.survived -= 1
    survey.dup += len(breaks_in_chain(world))


def decide(world, survey):
    """Time passes; whoever looks at it at once, one decision falls."""
    ahead = world.folder / "ahead"
    ahead.write_text(str(MONTH))
    world.env["QUORUM_CLOCK"] = str(ahead)
    workers = [world.start("worker", "--threads=1") for _ in range(2)]
    await_true(lambda: world.one("SELECT outcome FROM workflow_rounds"))
    for worker in workers:
        worker.end()
    decided = world.one("SELECT count(*) FROM workflow_rounds WHERE outcome <> ''")
    bought = world.one("SELECT count(*) FROM runs")
    outcome = world.one("SELECT outcome FROM workflow_rounds")
    survey.dup += abs(decided - 1) + max(0, bought - (outcome == "approved"))


TRIALS = {
    "web-killed-while-voting": lambda world, long: voted(
        world, *((50, 30) if long else (6, 2))
    )
}


def test_no_vote_is_lost_or_counted_twice_when_the_web_is_killed(make_world):
    survey = TRIALS["web-killed-while-voting"](make_world("web"), False)

    assert survey.held, survey


def test_a_vote_acknowledged_before_it_is_stored_would_be_missed(make_mutant):
    survey = voted(make_mutant("web", mutant="forget_some"), 6, 1)

    assert survey.lost, survey
