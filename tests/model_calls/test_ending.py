"""How calls end: once, with what follows, whoever is stopped or lost meanwhile."""

import threading
import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.model_calls import after, recovery
from dashboard.model_calls.claim import claim
from dashboard.model_calls.ending import Lost, finish
from dashboard.model_calls.models import CallStatus, ModelCall, Problem, Purpose
from dashboard.model_calls.performing import attempt, never, perform, settle
from dashboard.permissions import SYSTEM, Permission
from tests.factories import latest_audit, make_agent, make_user
from tests.model_calls.stage import (
    answered,
    asked,
    make_call,
    make_model,
    perform_queued,
    question,
)
from tests.processes import await_true


@pytest.fixture
def follows(monkeypatch):
    """What follows the end of a piece of advice, in this test alone."""
    jobs = []
    monkeypatch.setitem(after.JOBS, Purpose.ADVICE, jobs)
    return jobs


def stale(call, **over):
    """A call whose worker was lost a while ago."""
    past = now() - timedelta(seconds=5)
    fields = {"status": CallStatus.RUNNING, "token": "gone", "lease_until": past}
    for name, value in (fields | over).items():
        setattr(call, name, value)
    db.session.commit()
    return call


def test_what_follows_happens_with_the_end_and_once(client, ada, model_server, follows):
    def tell(call):
        with audited(SYSTEM, Permission.RUN_WRITE):
            db.session.get_one(type(agent), agent.id).description = call.text

    agent = make_agent()
    follows.append(tell)
    model_server.says("It is small.")

    call = answered(ada, make_model(model_server), purpose=Purpose.ADVICE)

    assert call.status is CallStatus.COMPLETED
    assert agent.description == "It is small."
    assert latest_audit().action == "run.write"


@pytest.mark.parametrize(("status", "scene"), [("failed", "fails"), ("completed", "")])
def test_what_follows_hears_of_every_end(
    client, ada, model_server, follows, status, scene
):
    heard = []
    follows.append(lambda call: heard.append(call.status))
    if scene:
        model_server.fails(400)

    answered(ada, make_model(model_server), purpose=Purpose.ADVICE)

    assert heard == [status]


def test_what_fails_to_follow_does_not_cost_the_answer(
    client, ada, model_server, follows
):
    heard = []

    def break_down(call):
        heard.append(call.problem)
        call.agent_id = None
        raise RuleBroken("The round is closed.") if len(heard) == 1 else KeyError

    follows.append(break_down)

    call = answered(ada, make_model(model_server), purpose=Purpose.ADVICE)

    assert heard == [None, Problem.BAD_ANSWER]
    assert (call.status, call.problem) == (CallStatus.FAILED, Problem.BAD_ANSWER)
    assert (call.cost, len(model_server.requests)) == (20, 1)


def test_a_call_that_waits_is_stopped(client, ada, model_server, follows):
    heard = []
    follows.append(lambda call: heard.append(call.status))
    call = asked(ada, make_model(model_server), purpose=Purpose.ADVICE)
    call.stop(now())
    db.session.commit()

    perform_queued()

    assert (call.status, heard) == (CallStatus.CANCELLED, [CallStatus.CANCELLED])
    assert not model_server.requests


@pytest.mark.usefixtures("real_database")
@pytest.mark.parametrize("scene", ["hangs", "drips"])
def test_a_call_that_runs_is_stopped_within_a_second(app, model_server, scene):
    getattr(model_server, scene)()
    call_id = asked(make_user(), make_model(model_server, timeout_seconds=30)).id
    worker = in_thread(app, call_id)
    await_true(lambda: model_server.requests)
    time.sleep(0.3)
    began = time.monotonic()

    stop(call_id)
    worker.join(5)

    assert time.monotonic() - began < 1.2
    call = seen(call_id)
    assert call.status is CallStatus.CANCELLED
    assert call.cost > 0
    assert ("drip" in call.text) == (scene == "drips")


@pytest.mark.usefixtures("real_database")
def test_words_are_stored_while_they_come(app, model_server):
    model_server.drips()
    call_id = asked(make_user(), make_model(model_server, timeout_seconds=30)).id
    worker = in_thread(app, call_id)

    await_true(lambda: seen(call_id).text.count("drip") > 3, 5)
    first = seen(call_id).lease_until
    await_true(lambda: seen(call_id).lease_until > first, 5)
    call = seen(call_id)
    assert (call.status, call.ended_at) == (CallStatus.RUNNING, None)

    stop(call_id)
    worker.join(5)
    assert len(seen(call_id).text) >= len(call.text) > 0


def in_thread(app, call_id, should_stop=never):
    def work():
        with app.app_context():
            perform(call_id, should_stop)

    worker = threading.Thread(target=work)
    worker.start()
    return worker


def stop(call_id):
    with db.engine.begin() as connection:
        connection.execute(
            sa.update(ModelCall)
            .where(ModelCall.id == call_id)
            .values(cancel_requested_at=now())
        )


def seen(call_id):
    db.session.rollback()
    fresh = select(ModelCall).where(ModelCall.id == call_id)
    return db.session.scalar(fresh.execution_options(populate_existing=True))


def test_a_lost_workers_call_is_taken_up_again(client, ada, model_server):
    call = stale(asked(ada, make_model(model_server)), tries=1, text="Half of")

    perform_queued()

    assert (call.status, call.text) == (CallStatus.COMPLETED, "All right.")
    assert call.tries == 2
    assert call.is_estimate
    assert call.tokens_out == 5 + 2  # of this worker, and what the lost one heard


def test_a_call_that_loses_two_workers_is_lost(client, ada, model_server, follows):
    heard = []
    follows.append(lambda call: heard.append(call.problem))
    call = asked(ada, make_model(model_server), purpose=Purpose.ADVICE)

    stale(call, tries=2)
    perform_queued()

    assert (call.status, call.problem) == (CallStatus.FAILED, Problem.LOST)
    assert heard == [Problem.LOST]


def test_a_worker_that_slept_is_not_believed(client, ada, model_server):
    call = asked(ada, make_model(model_server))
    sleeper = claim(call.id)
    verdict = attempt(sleeper, never)
    stale(call, token=sleeper.token)
    perform_queued()
    assert call.status is CallStatus.COMPLETED
    paid = call.cost

    with pytest.raises(Lost):
        settle(sleeper, verdict)

    db.session.expire_all()
    assert call.cost == paid


def test_a_worker_that_leaves_hands_the_call_back(client, ada, model_server):
    model_server.hangs()
    call = asked(ada, make_model(model_server, timeout_seconds=30))

    perform(call.id, lambda: True)

    db.session.expire_all()
    assert (call.status, call.tries, call.token) == (CallStatus.QUEUED, 0, None)
    perform_queued()
    assert call.status is CallStatus.COMPLETED


def test_a_commit_whose_answer_is_lost_books_once(real_database, model_server):
    call_id = asked(make_user(), make_model(model_server)).id
    turn = claim(call_id)
    verdict = attempt(turn, never)

    lose_one_answer(real_database)
    with pytest.raises(Lost):
        finish(turn, verdict)

    call = seen(call_id)
    assert (call.status, call.cost) == (CallStatus.COMPLETED, 20)


def lose_one_answer(engine):
    """The next commit of a change is done, and whoever asked for it never hears."""
    changed = []

    @sa.event.listens_for(engine, "before_cursor_execute")
    def note(connection, cursor, statement, *more):
        if statement.startswith("UPDATE model_calls"):
            changed.append(statement)

    @sa.event.listens_for(engine, "commit")
    def deaf(connection):
        if changed and "lost" not in changed:
            changed.append("lost")
            connection.connection.cursor().execute("COMMIT")
            raise OperationalError("COMMIT", {}, Exception("no answer"))


def test_old_words_are_forgotten_and_what_they_cost_is_not(client, ada):
    then = now() - timedelta(days=91)
    old = {"id": recovery.first_id(then), "ended_at": then}
    call = make_call(make_model(), ada, **old)
    young = make_call(make_model(), ada)
    chat = {**old, "id": recovery.first_id(then - timedelta(days=1))}
    said = make_call(make_model(), ada, purpose=Purpose.CHAT, **chat)

    recovery.prune_old()

    db.session.expire_all()
    assert (call.request, call.text, call.cost) == ({}, "", 20)
    assert (said.request, said.text) == ({}, "All right.")
    assert young.request == question().as_stored()
