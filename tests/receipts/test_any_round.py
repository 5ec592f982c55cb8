"""However people vote, change their minds, leave and are voided: the receipt holds."""

from random import Random

import pytest
from sqlalchemy import delete

from dashboard.councils.models import Membership
from dashboard.errors import DomainError
from dashboard.extensions import db
from dashboard.permissions import Role
from dashboard.workflows import actions, jobs
from dashboard.workflows.schemas import WorkflowEdit
from tests.conftest import on_both
from tests.factories import make_user, rule_of, vote
from tests.receipts.stage import asked, days_later, receipt_in

CHOICES = ("approve", "approve", "reject", "abstain")
PRESETS = ("simple_majority", "two_thirds", "absolute_majority", "any_two", "everyone")


def some_rule(rng):
    return rule_of(
        rng.choice(PRESETS),
        early_decision=rng.choice(("off", "certain", "sufficient")),
        late_extension={
            "seconds": rng.choice((0, 3_600, 200_000)),
            "trigger": rng.choice(("quorum", "flip")),
        },
        min_open=rng.choice((0, 0, 3_600)),
        timelock=rng.choice((0, 60)),
    )


def turn(rng, workflow, guardian, voters):
    """One thing somebody does, if it is still open to them."""
    voter = rng.choice(voters)
    match rng.randrange(10):
        case 0:
            actions.void_vote(guardian, workflow, voter.id, "It was not theirs.")
        case 1:
            wanted = delete(Membership).where(
                Membership.user_id == voter.id,
                Membership.council_id == workflow.council_id,
            )
            db.session.execute(wanted)
            db.session.commit()
            jobs.advance(workflow.id)
        case 2:
            title = f"Clean up {rng.random()}"
            actions.edit(workflow.proposer, workflow, WorkflowEdit(title=title), {})
            actions.open_voting(workflow.proposer, workflow)
        case _:
            vote(workflow, voter, rng.choice(CHOICES))


@pytest.mark.parametrize(
    ("server", "seed"),
    on_both([], sqlite=range(0, 12, 2), postgresql=range(1, 12, 2)),
    indirect=["server"],
)
def test_what_the_engine_decided_is_replayed_to_the_same(uma, ada, seed):
    rng = Random(seed)  # noqa: S311  # a game of chance, not a secret
    voters = [make_user(f"V{n}", Role.COUNCIL_OPERATOR) for n in range(5)]
    workflow = asked(uma, *voters, rule=some_rule(rng))
    for _ in range(12):
        try:
            turn(rng, workflow, ada, voters)
        except DomainError:
            db.session.expire_all()
    if workflow.is_open:
        days_later(workflow, days=9)

    receipt = receipt_in(workflow)

    assert receipt["rounds"][-1]["outcome"] == workflow.round.outcome
