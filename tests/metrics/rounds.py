"""Decided rounds with what they took, as the lifecycle leaves them."""

from datetime import timedelta

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.metrics.recording import record_decision
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.workflows.models import Status
from dashboard.workflows.models.rounds import Outcome
from tests.factories import make_bot, make_round, make_type, make_vote, make_workflow


def decided(council, proposer, votes, outcome="approved", **over):
    """A round on this council, decided `ago`; votes: (voter, choice, hours after)."""
    ago = over.pop("ago", timedelta(hours=1))
    took = over.pop("took", timedelta(hours=10))
    extended = over.pop("extended", timedelta(0))
    voters = over.pop("voters", [vote[0] for vote in votes])
    title = over.pop("title", "Clean up")
    decided_at = now() - ago
    opened_at = decided_at - took
    type_ = make_type(council, make_bot(proposer))
    round_ = make_round(
        make_workflow(proposer, type_, title),
        *voters,
        opened_at=opened_at,
        original_closes_at=opened_at + timedelta(days=1),
        closes_at=opened_at + timedelta(days=1) + extended,
    )
    for voter, choice, hours in votes:
        make_vote(round_, voter, choice, cast_at=opened_at + timedelta(hours=hours))
    fields = {"outcome": Outcome(outcome), "decided_at": decided_at}
    for name, value in (fields | over).items():
        setattr(round_, name, value)
    round_.workflow.status = Status(outcome)
    db.session.commit()
    db.session.refresh(round_)
    return round_


def measured(*args, **over):
    """A decided round, and its row."""
    round_ = decided(*args, **over)
    record_decision(round_.workflow, round_)
    db.session.commit()
    return round_


def ran(round_, status=RunStatus.COMPLETED, **over):
    """The run it bought: a minute late, 30 seconds in the queue, 5 seconds long."""
    queued = round_.decided_at
    fields = {
        "queued_at": queued,
        "available_at": queued + timedelta(seconds=60),
        "started_at": queued + timedelta(seconds=90),
        "ended_at": queued + timedelta(seconds=95),
    }
    run = Run(
        workflow_id=round_.workflow_id,
        round_id=round_.id,
        trigger=Trigger.WORKFLOW,
        status=status,
        **fields | over,
    )
    db.session.add(run)
    db.session.commit()
    return run
