"""G16: whatever a model's provider does wrong, no vote and no advice is corrupted."""

import json
import time
from collections import Counter
from dataclasses import dataclass
from functools import partial
from threading import Lock

from dashboard.permissions import Role
from tests.agents.stage import make_prompt, make_thinker
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    vote,
)
from tests.faults.survey import Survey
from tests.faults.work import at_work, breaks_in_chain
from tests.listeners import HERE
from tests.model_calls import scripted
from tests.model_calls.scripted import model_server_running
from tests.model_calls.stage import make_model
from tests.processes import await_true

ENGINES = ("embedded", "rq")
SAID = {"choice": "approve", "confidence": 70, "reason": "It is small."}
WRONG = SAID | {"confidence": 400}
DEADLINE, LATE = 1, 4
"""Seconds that a model has here, and after which its call has been over too long."""
USUAL = 20
PATIENCE = 300
STORY = json.dumps(SAID | {"reason": "It is small, and so is everything in it."})
CALLS = """
SELECT calls.status, calls.problem, calls.cost, calls.tokens_in, calls.tokens_out,
  calls.tries, calls.started_at, calls.ended_at, models.model_id, models.price_in,
  models.price_out, advice.opinion, advice.confidence, advice.problem AS told
FROM model_calls AS calls JOIN ai_models AS models ON models.id = calls.ai_model_id
LEFT JOIN workflow_advice AS advice ON advice.call_id = calls.id
"""
UNFINISHED = (
    "SELECT count(*) FROM model_calls WHERE status NOT IN "
    "('completed', 'failed', 'cancelled')"
)
ASKED = "SELECT count(*) FROM model_calls"
VOTES = "SELECT count(*) FROM workflow_votes WHERE superseded_at IS NULL"
DECIDED = "SELECT count(*) FROM workflows WHERE status <> 'open'"


@dataclass(frozen=True)
class Mode:
    """One way to go wrong, and the class that it must end in."""

    scene: object
    problem: str | None
    seconds: int = USUAL


MODES = {
    "hangs": Mode(scripted.hangs, "timed_out", DEADLINE),
    "drips": Mode(scripted.drips(), "timed_out", DEADLINE),
    "too many": Mode(scripted.fails(429, {"Retry-After": "1"}), None),
    "broken": Mode(scripted.fails(500), "server_error"),
    "cut": Mode(scripted.cuts_off('{"choice": "appr'), "cut_off"),
    "garbage": Mode(scripted.says("I would say: approve!"), "bad_answer"),
    "wrong schema": Mode(scripted.says(json.dumps(WRONG)), "bad_answer"),
    "flood": Mode(scripted.floods(), "too_large"),
    "nobody": Mode(None, "unreachable"),
}


class Stage:
    """Plays each model's own fault; what passes, passes at the second try."""

    def __init__(self):
        self.asked = Counter()
        self.lock = Lock()

    def __call__(self, body):
        with self.lock:
            self.asked[json.dumps(body["messages"]) + body["model"]] += 1
            first = self.asked[json.dumps(body["messages"]) + body["model"]] == 1
        mode = MODES[body["model"]]
        if mode.problem is None and not first:
            return scripted.says(json.dumps(SAID))
        return mode.scene


def misbehaved(world, times):
    """Every vote is advised by one agent for each fault, while people vote."""
    survey = Survey("models-misbehave")
    with model_server_running() as server:
        server.by = Stage()
        world.env["OUTBOUND_ALLOW"] = HERE
        voters = open_votes(world, advisers(world, server), times)
        world.worker()
        await_true(lambda: world.one(ASKED) == times * len(MODES), PATIENCE)
        with at_work(world):
            for workflow, second in voters:
                vote(workflow, second, "reject")
        await_true(lambda: world.one(UNFINISHED) == 0, PATIENCE)
    judge(world, survey, times)
    return survey


def advisers(world, server):
    """The id of one thinking agent for each way to go wrong."""
    with at_work(world):
        prompt = make_prompt()
        return [
            make_thinker(name, model_of(name, mode, server), prompt)
            for name, mode in MODES.items()
        ]


def model_of(name, mode, server):
    place = server if mode.scene else None
    return make_model(place, model_id=name, timeout_seconds=mode.seconds)


def open_votes(world, agents, times):
    """Votes that stay open, in each of which one of two people has voted."""
    with at_work(world):
        rule = rule_of(early_decision="off")
        first, second = (
            make_user(name, role=Role.COUNCIL_OPERATOR) for name in ("Olga", "Otto")
        )
        council = make_council(first, second, rule=rule, advisers=agents)
        uma = make_user("Uma", role=Role.USER)
        type_ = make_type(council, make_bot(uma))
        opened = [open_vote(uma, type_, title=f"Try {n}") for n in range(times)]
        for workflow in opened:
            vote(workflow, first)
    return [(workflow, second) for workflow in opened]


def judge(world, survey, times):
    """Every call in its class, paid once, in time; every vote as it was cast."""
    found = world.rows(CALLS)
    survey.n = times * len(MODES)
    good = [row for row in found if is_right(row) and is_in_time(row)]
    survey.survived = len(good)
    survey.lost = survey.n - len(good) + abs(world.one(VOTES) - 2 * times)
    survey.lost += world.one(DECIDED)
    twice = sum(not is_paid_once(row) for row in found) + len(found) - survey.n
    survey.dup = twice + len(breaks_in_chain(world))
    survey.recover = [spent(row) for row in found]
    survey.note = f"{len(MODES)} kinds of fault, {2 * times} votes"


def is_right(row):
    expected = MODES[row.model_id].problem
    if expected is None:
        return (row.status, row.opinion, row.confidence) == ("completed", "approve", 70)
    failed = ("failed", expected, "abstain", expected)
    return (row.status, row.problem, row.opinion, row.told) == failed


def is_in_time(row):
    return spent(row) <= MODES[row.model_id].seconds + LATE


def spent(row):
    """Seconds of the last try."""
    began, ended = (
        time.strptime(str(moment)[:19], "%Y-%m-%d %H:%M:%S")
        for moment in (row.started_at, row.ended_at)
    )
    return time.mktime(ended) - time.mktime(began)


def is_paid_once(row):
    """What was counted is what is paid; an answer that came whole was counted once."""
    exact = row.tokens_in * row.price_in + row.tokens_out * row.price_out
    whole = row.status != "completed" or (row.tokens_in, row.tokens_out) == (10, 5)
    return row.cost == -(-exact // 1_000_000) and whole


def killed(world, kills):
    """A worker is killed while a model talks; the next one asks the same again."""
    survey = Survey("worker-killed-in-a-call", n=kills)
    with model_server_running() as server:
        server.by = lambda body: scripted.says(STORY, pause=0.05)
        world.env["OUTBOUND_ALLOW"] = HERE
        with at_work(world):
            agent = make_thinker("Slow", make_model(server, timeout_seconds=USUAL))
        worker = world.worker()
        for number in range(kills):
            open_votes(world, [agent], 1)
            await_true(partial(is_begun, world, number + 1), 60)
            time.sleep(world.rng.uniform(0, 0.3))
            worker.crash()
            worker = world.worker(wait=False)
            done = partial(world.one, UNFINISHED)
            survey.recover.append(await_true(lambda ask=done: ask() == 0, PATIENCE))
    found = world.rows(CALLS)
    survey.survived = sum(row.opinion == "approve" for row in found)
    survey.lost = kills - survey.survived
    survey.dup = len(found) - kills + len(breaks_in_chain(world))
    survey.note = f"{sum(row.tries for row in found)} tries"
    return survey


def is_begun(world, wanted):
    return world.one(f"{ASKED} WHERE tries > 0") >= wanted


TRIALS = {
    "models-misbehave": lambda world, long: misbehaved(world, 25 if long else 1),
    "worker-killed-in-a-call": lambda world, long: killed(world, 20 if long else 1),
}


def test_no_fault_of_a_model_touches_a_vote(make_world):
    survey = TRIALS["models-misbehave"](make_world("embedded"), False)

    assert survey.held, survey


def test_calls_are_made_beside_workers_that_redis_tells(make_mutant):
    survey = TRIALS["models-misbehave"](make_mutant("rq"), False)

    assert survey.held, survey


def test_a_worker_that_dies_over_a_call_loses_no_answer(make_world):
    survey = TRIALS["worker-killed-in-a-call"](make_world("embedded"), False)

    assert survey.held, survey


def test_a_model_that_is_believed_would_be_noticed(make_mutant):
    survey = TRIALS["models-misbehave"](make_mutant(mutant="believe_models"), False)

    assert not survey.held, survey
