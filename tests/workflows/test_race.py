"""Votes that come at the same moment, on real commits."""

from threading import Barrier, Thread

import pytest
from sqlalchemy import func, select

from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.models import Run
from dashboard.users.models import User
from dashboard.workflows.models import Round, Status, Vote, Workflow
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    open_vote,
    rule_of,
    vote,
)

TIMES = 20


@pytest.fixture
def people(real_database):
    names = ("Uma", "Olga", "Otto")
    return [make_user(name, role=Role.COUNCIL_OPERATOR) for name in names]


def vote_at_once(app, workflow_id, voters, choices, **over):
    """Each vote from a thread of its own; what was refused, and what broke."""
    start, refused, broken = Barrier(len(voters)), [], []

    def cast(voter_id, choice):
        with app.app_context():
            workflow = db.session.get(Workflow, workflow_id)
            voter = db.session.get(User, voter_id)
            start.wait()
            try:
                vote(workflow, voter, choice, **over)
            except RuleBroken as error:
                refused.append(str(error))
            except Exception as error:
                broken.append(error)
                raise

    threads = [
        Thread(target=cast, args=(voter.id, choice))
        for voter, choice in zip(voters, choices, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused, broken


def counts(workflow_id):
    """Votes, decided rounds and runs of one workflow."""
    round_ = select(Round.id).where(Round.workflow_id == workflow_id)
    wanted = (
        select(func.count(Vote.id)).where(Vote.round_id.in_(round_)),
        select(func.count()).where(
            Round.workflow_id == workflow_id, Round.outcome.is_not(None)
        ),
        select(func.count(Run.id)).where(Run.round_id.in_(round_)),
    )
    db.session.rollback()
    return tuple(db.session.scalar(each) for each in wanted)


def test_the_two_last_votes_at_once_decide_once_and_run_once(app, people):
    uma, olga, otto = people
    type_ = make_type(make_council(olga, otto), make_bot(uma))

    for _ in range(TIMES):
        id_ = open_vote(uma, type_).id
        refused, broken = vote_at_once(app, id_, [olga, otto], ["approve"] * 2)

        assert (refused, broken) == ([], [])
        assert counts(id_) == (2, 1, 1)
        status = select(Workflow.status).where(Workflow.id == id_)
        assert db.session.scalar(status) is Status.APPROVED


def test_of_two_votes_that_would_each_decide_the_second_comes_too_late(app, people):
    uma, olga, otto = people
    council = make_council(olga, otto, rule=rule_of("any_one_other"))
    type_ = make_type(council, make_bot(uma))

    for _ in range(TIMES):
        id_ = open_vote(uma, type_).id
        refused, broken = vote_at_once(app, id_, [olga, otto], ["approve"] * 2)

        assert broken == []
        assert refused == ["Voting has closed: this was approved."]
        assert counts(id_) == (1, 1, 1)


def test_one_person_voting_twice_at_once_has_one_vote_that_counts(app, people):
    uma, olga, otto = people
    type_ = make_type(make_council(olga, otto), make_bot(uma))

    for _ in range(TIMES):
        id_ = open_vote(uma, type_).id
        _, broken = vote_at_once(app, id_, [olga, olga], ["approve", "reject"])

        assert broken == []
        live = select(func.count(Vote.id)).join(Round, Round.id == Vote.round_id)
        live = live.where(Round.workflow_id == id_, Vote.superseded_at.is_(None))
        assert db.session.scalar(live) == 1


def test_the_deciding_vote_sent_twice_at_once_is_one_vote_and_no_mistake(app, people):
    uma, olga, otto = people
    council = make_council(olga, otto, rule=rule_of("any_one_other"))
    type_ = make_type(council, make_bot(uma))

    for _ in range(TIMES):
        id_ = open_vote(uma, type_).id
        both = [olga, olga], ["approve"] * 2
        refused, broken = vote_at_once(app, id_, *both, key="same")

        assert (refused, broken) == ([], [])
        assert counts(id_) == (1, 1, 1)
