"""Writing down what a round took: once when it is decided, once when its run ends."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from dashboard.extensions import db
from dashboard.metrics.models import WorkflowMetric
from dashboard.runs.models import Run
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.voting import tally


def record_decision(workflow: Workflow, round_: Round) -> None:
    """Add the row of a round that has just been decided; the caller commits."""
    metric = WorkflowMetric(
        round=round_,
        workflow_id=workflow.id,
        council_id=workflow.council_id,
        **numbers_of(round_),
    )
    db.session.add(metric)


def numbers_of(round_: Round) -> dict[str, Any]:
    """The times and weights of a decided round."""
    decided_at, outcome = round_.decided_at, round_.outcome
    if decided_at is None or outcome is None:
        raise ValueError(f"{round_} is not decided yet.")
    count = tally(round_.seats, round_.ballots)
    return {
        "outcome": outcome.value,
        "decided_at": decided_at,
        "first_vote_seconds": first_vote_seconds(round_),
        "decision_seconds": max(0.0, (decided_at - round_.opened_at).total_seconds()),
        "eligible_weight": count.eligible,
        "voted_weight": count.present,
        "approve_weight": count.approve,
        "reject_weight": count.reject,
        "early": round_.early,
        "extended_seconds": (
            round_.closes_at - round_.original_closes_at
        ).total_seconds(),
    }


def first_vote_seconds(round_: Round) -> float | None:
    """How long the first vote took, also one that was changed or voided since."""
    cast = [vote.cast_at for vote in round_.votes]
    return max(0.0, (min(cast) - round_.opened_at).total_seconds()) if cast else None


def record_run(run: Run) -> None:
    """Note how the run ended on the row of the round that bought it."""
    if run.round_id is None:
        return
    db.session.execute(
        update(WorkflowMetric)
        .where(WorkflowMetric.round_id == run.round_id)
        .values(
            queue_seconds=run.wait_seconds,
            run_seconds=run.seconds,
            run_status=run.status.value,
        )
        .execution_options(synchronize_session=False)
    )


def measure_again() -> None:
    """Compute every row afresh, after times were moved; the caller commits."""
    rows = select(WorkflowMetric).options(
        joinedload(WorkflowMetric.round).selectinload(Round.votes),
        joinedload(WorkflowMetric.round).selectinload(Round.voters),
    )
    for metric in db.session.scalars(rows):
        for name, value in numbers_of(metric.round).items():
            setattr(metric, name, value)
    ended = select(Run).where(Run.round_id.is_not(None), Run.ended_at.is_not(None))
    for run in db.session.scalars(ended):
        record_run(run)
