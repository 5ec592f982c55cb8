"""Fifty people and programs at once on one workflow, over real commits."""

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from dashboard.audit import AuditEntry
from dashboard.audit_log.verify import verify
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Run
from dashboard.workflows.explain import arithmetic
from dashboard.workflows.jobs import advance
from dashboard.workflows.models import Round, Status, Vote, Workflow
from dashboard.workflows.voting import decide, tally
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    stored,
)

THREADS = 50
VOTERS = 40
CHOICES = ("approve", "reject", "abstain")
GOOD = {200, 204, 303, 403, 409, 422}
"""Answers that are no error page: done, refused, or asked again."""


@pytest.fixture
def stage(app, real_database):
    """Forty voters, guardians and a proposer; the vote stays open to its end."""
    rule = rule_of(
        "two_thirds",
        early_decision="off",
        late_extension={"seconds": 60, "trigger": "flip"},
    )
    uma = make_user("Uma", role=Role.USER)
    voters = [make_user(f"V{n}", role=Role.COUNCIL_OPERATOR) for n in range(VOTERS)]
    guardians = [make_user(f"G{n}") for n in range(THREADS - VOTERS)]
    type_ = make_type(make_council(*voters, rule=rule), make_bot(uma))
    workflow = open_vote(uma, type_)
    return workflow.id, voters, guardians


def at_once(app, jobs):
    """Every job in a thread of its own, all let go together; what each answered."""
    start = Barrier(len(jobs))

    def run(job):
        with app.app_context():
            start.wait()
            return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [answer for answers in pool.map(run, jobs) for answer in answers]


def votes_and_changes(client, workflow_id, seed):
    def job():
        chance = random.Random(seed)  # noqa: S311  # chance, no secret
        return [
            client.post(
                f"/workflows/{workflow_id}/votes",
                data={
                    "choice": chance.choice(CHOICES),
                    "reason": "So it seems to me.",
                    "revision": 1,
                    "key": f"{seed}-{n}",
                },
            ).status_code
            for n in range(3)
        ]

    return job


def voids_and_looks(client, workflow_id, victim_id):
    def job():
        page = client.get(f"/workflows/{workflow_id}").status_code
        void = f"/workflows/{workflow_id}/votes/{victim_id}/void"
        voided = client.post(void, data={"reason": "Their account was taken over."})
        return [page, voided.status_code]

    return job


def closes_and_looks(client, workflow_id):
    def job():
        seen = client.get(f"/workflows/{workflow_id}").status_code
        advance(workflow_id)
        late = client.post(
            f"/workflows/{workflow_id}/votes", data={"choice": "approve", "revision": 1}
        )
        return [seen, late.status_code]

    return job


def the_round(workflow_id):
    db.session.rollback()
    db.session.expire_all()
    of_it = select(Round).where(Round.workflow_id == workflow_id)
    return db.session.scalars(of_it).one()


def test_fifty_at_once_make_one_decision_one_run_and_a_sound_trail(app, stage):
    workflow_id, voters, guardians = stage
    clients = [app.test_client().as_(person) for person in (*voters, *guardians)]
    jobs = [
        votes_and_changes(client, workflow_id, seed)
        for seed, client in enumerate(clients[:VOTERS])
    ] + [
        voids_and_looks(client, workflow_id, victim.id)
        for client, victim in zip(clients[VOTERS:], voters, strict=False)
    ]

    assert set(at_once(app, jobs)) <= GOOD

    round_ = the_round(workflow_id)
    assert round_.outcome is None
    assert_tallies_equal_the_rows(round_)
    period = round_.original_closes_at - round_.opened_at
    assert round_.closes_at <= round_.original_closes_at + period

    age = now() - round_.closes_at
    round_.opened_at += age - timedelta(seconds=1)
    round_.closes_at = now() - timedelta(seconds=1)
    stored(round_)
    closing = [closes_and_looks(client, workflow_id) for client in clients]
    assert set(at_once(app, closing)) <= GOOD

    assert_decided_once(workflow_id)
    assert verify().broken is None


def assert_tallies_equal_the_rows(round_):
    """What was added up last is what the rows say, and nobody counts twice."""
    seats, ballots = round_.seats, round_.ballots
    assert len({ballot.voter for ballot in ballots}) == len(ballots) > 0
    numbers = arithmetic(round_.frozen_rule, seats, tally(seats, ballots))
    assert {name: round_.explain[name] for name in numbers} == numbers
    voided = select(Vote).where(Vote.voided_at.is_not(None))
    for vote in db.session.scalars(voided):
        assert round_.voter(vote.user_id).gone


def assert_decided_once(workflow_id):
    round_ = the_round(workflow_id)
    wanted = decide(round_.frozen_rule, round_.seats, round_.ballots)
    assert round_.outcome == wanted.result.value
    assert round_.decided_at == round_.closes_at
    assert_tallies_equal_the_rows(round_)
    decided = select(AuditEntry).where(
        AuditEntry.action == "workflow.decide", AuditEntry.subject_id == workflow_id
    )
    assert len(db.session.scalars(decided).all()) == 1
    approved = round_.outcome == "approved"
    assert len(db.session.scalars(select(Run)).all()) == (1 if approved else 0)
    status = select(Workflow.status).where(Workflow.id == workflow_id)
    assert db.session.scalar(status) is Status(round_.outcome.value)
