"""Random walks through every verb: what must hold after each step, whoever tries what.

And whoever reads the audit trail from the start arrives at what is stored.
"""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import inspect, select

from dashboard.audit import AuditEntry, canonical, digest
from dashboard.audit_log.verify import verify
from dashboard.errors import DomainError
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.runs.actions import cancel_run
from dashboard.runs.engine import execute
from dashboard.runs.models import Run
from dashboard.workflows import actions
from dashboard.workflows.jobs import advance_due
from dashboard.workflows.models import (
    Round,
    RoundVoter,
    Status,
    Vote,
    Workflow,
    WorkflowEditor,
)
from dashboard.workflows.models.rounds import Outcome
from dashboard.workflows.schemas import VoteIn, WorkflowEdit
from tests.conftest import on_both
from tests.factories import (
    make_bot,
    make_council,
    make_type,
    make_user,
    propose,
    rule_of,
)

STEPS = 60
REPLAYED = (Workflow, Round, RoundVoter, Vote, WorkflowEditor)
RULES = [
    rule_of(),
    rule_of("two_thirds", late_extension={"seconds": 3600, "trigger": "flip"}),
    rule_of("any_two", min_open=60),
    rule_of("everyone", early_decision="off", vote_change=False),
    rule_of("lazy_objection", runner_must_differ=True, timelock=30),
]


class Walk:
    """One workflow, its people, and chance."""

    def __init__(self, seed):
        self.chance = random.Random(seed)  # noqa: S311  # chance, no secret
        self.admin = make_user("Ada")
        operators = [make_user(f"P{n}", Role.COUNCIL_OPERATOR) for n in range(4)]
        self.proposer, *self.voters = operators
        self.people = [self.admin, *operators]
        council = make_council(*self.people, rule=self.chance.choice(RULES))
        council.members[-1].can_veto = True
        auto = self.chance.random() < 0.5
        self.type = make_type(council, make_bot(self.admin), auto_run=auto)
        self.begin()

    def begin(self):
        editors = [self.voters[0].id]
        self.workflow = propose(self.proposer, self.type, editors=editors)

    def step(self):
        if self.workflow.status.is_final and self.chance.random() < 0.5:
            self.begin()  # half of the time what is over is tried once more, too
        verb = self.chance.choice(VERBS)
        try:
            verb(self, self.chance.choice(self.people))
        except DomainError:
            db.session.rollback()  # refused: nothing has changed, and that is checked
        db.session.expire_all()

    def run(self):
        of_it = select(Run).where(Run.workflow_id == self.workflow.id)
        return db.session.scalars(of_it.order_by(Run.id.desc())).first()

    def current(self):
        return self.workflow.round


def opens(walk, actor):
    actions.open_voting(walk.proposer, walk.workflow)


def votes(walk, actor):
    choice = walk.chance.choice(["approve"] * 6 + ["reject", "abstain", "veto"])
    wanted = VoteIn(choice=choice, reason="So.", revision=walk.workflow.revision)
    actions.cast_vote(actor, walk.workflow, wanted)


def voids(walk, actor):
    victim = walk.chance.choice(walk.people)
    actions.void_vote(actor, walk.workflow, victim.id, "Taken over.")


def edits(walk, actor):
    title = walk.chance.choice(["Clean up", "Clean up twice", "Clean up thrice"])
    wanted = WorkflowEdit(title=title, editors=[walk.voters[0].id])
    actions.edit(actor, walk.workflow, wanted, {})


def starts(walk, actor):
    actions.start_run(actor, walk.workflow)


def works(walk, actor):
    if run := walk.run():
        execute(run.id)


def stops(walk, actor):
    if run := walk.run():
        cancel_run(walk.admin, run, "Enough.")


def cancels(walk, actor):
    if walk.chance.random() < 0.1:
        actions.cancel(actor, walk.workflow, "No.")


def hours_pass(walk, actor):
    """Everything stored happened some hours earlier than it did."""
    round_ = walk.current()
    if round_ is None:
        return
    hours = timedelta(hours=walk.chance.choice([1, 2, 75]))
    for name in ("opened_at", "closes_at", "original_closes_at", "ready_at"):
        moment = getattr(round_, name)
        setattr(round_, name, moment and moment - hours)
    db.session.commit()
    advance_due()


VERBS = [opens] * 3 + [votes] * 8 + [starts, works] * 3
VERBS += [voids, edits, stops, cancels, hours_pass]


def check(walk, seen):
    """The properties that no step may break."""
    workflow = walk.workflow
    rounds = db.session.scalars(
        select(Round).where(Round.workflow_id == workflow.id)
    ).all()
    approved = {r.id for r in rounds if r.outcome is Outcome.APPROVED}
    runs = db.session.scalars(select(Run).where(Run.workflow_id == workflow.id)).all()
    assert {run.round_id for run in runs} <= approved
    assert len(runs) <= len(approved)
    if workflow.status in {Status.RUNNING, Status.COMPLETED}:
        assert workflow.round.outcome is Outcome.APPROVED
        assert workflow.content_hash == workflow.round.content_hash
    for round_ in rounds:
        lasts = round_.closes_at - round_.opened_at
        period = timedelta(seconds=round_.rule["voting_period"])
        assert period <= lasts <= 2 * period
        assert lasts >= seen.get(round_.id, lasts)
        seen[round_.id] = lasts
        votes = {(v.id, v.choice, v.user_id, v.cast_at) for v in round_.votes}
        assert votes >= seen.setdefault((round_.id, "votes"), set())
        seen[round_.id, "votes"] = votes


@pytest.mark.parametrize(
    ("server", "seed"),
    on_both([0], sqlite=range(1, 12, 2), postgresql=range(2, 12, 2)),
    indirect=["server"],
)
def test_no_step_of_a_random_walk_breaks_a_promise(database, seed):
    walk, seen = Walk(seed), {}

    for _ in range(STEPS):
        walk.step()
        check(walk, seen)

    assert verify().broken is None


@pytest.mark.parametrize(
    ("server", "seed"),
    on_both([], sqlite=(20, 21), postgresql=(22, 23)),
    indirect=["server"],
)
def test_the_audit_trail_replayed_is_what_is_stored(database, seed):
    walk = Walk(seed)

    for _ in range(STEPS):
        verb = walk.chance.choice([v for v in VERBS if v is not hours_pass])
        try:
            verb(walk, walk.chance.choice(walk.people))
        except DomainError:
            db.session.rollback()
        db.session.expire_all()

    replayed = replay()
    for model in REPLAYED:
        for record in db.session.scalars(select(model)):
            assert replayed[f"{model.__tablename__}/{record.id}"] == told_of(record)


def replay():
    """The last known value of every column that any entry names."""
    known = {}
    for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.seq)):
        for record, changed in entry.changes.items():
            row = known.setdefault(record, {})
            row |= {name: after for name, (_, after) in changed.items()}
    return known


def told_of(record):
    """A stored record as the trail would tell it: without what is never told."""
    told = {}
    for attribute in inspect(type(record)).column_attrs:
        about = attribute.columns[0].info
        value = getattr(record, attribute.key)
        if about.get("unaudited") or value is None:
            continue
        told[attribute.key] = digest(value) if about.get("bulky") else value
    return json.loads(canonical(told))
