"""The decision strip: from proposed to run, each step with its time or its reason."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.clock import now
from dashboard.runs.models import Run, RunStatus
from dashboard.workflows.models import Round, Status, Workflow
from dashboard.workflows.models.rounds import Outcome


@dataclass(frozen=True)
class Moment:
    """One mark of the strip: `tone` is ok, run, wait, bad or todo."""

    name: str
    tone: str
    at: datetime | None = None
    detail: str = ""


REASONS = {
    "passed": "The council approved it.",
    "no_review_required": "No vote was needed.",
    "type_blocked": "The council blocks this type.",
    "agent_restricted": "Its agent may not ask for this.",
    "threshold_not_met": "Too few approved.",
    "tie": "As many rejected as approved: the status quo stays.",
    "quorum_not_met": "Too few took part.",
    "min_approvals_not_met": "Too few people approved.",
    "role_missing": "An approval that the rule asks for is missing.",
    "vetoed": "It was vetoed.",
    "no_votes": "Nobody voted.",
    "run_window_passed": "Nobody ran it in time.",
    "withdrawn": "Its author withdrew it.",
    "cancelled": "It was called off before it ran.",
    "emergency_stop": "The run was stopped.",
    "blocked": "What is stored is not what was approved.",
    "lost": "Its worker was lost and it may not be repeated.",
}


UNVOTED = {"no_review_required", "type_blocked", "agent_restricted"}
"""Reasons by which oversight decided, before anybody could vote."""


def moments(workflow: Workflow, round_: Round | None, run: Run | None) -> list[Moment]:
    steps = [Moment("Proposed", "ok", workflow.created_at, workflow.proposer.name)]
    steps.append(voting(round_))
    steps.append(decision(workflow, round_))
    steps += running(workflow, round_, run)
    return steps


def voting(round_: Round | None) -> Moment:
    if round_ is None:
        return Moment("Voting", "todo", detail="Not opened yet")
    if round_.outcome is None:
        return Moment("Voting", "run", round_.opened_at, "Open")
    if round_.reason in UNVOTED:
        return Moment("No vote", "ok", round_.opened_at)
    return Moment("Voting", "ok", round_.opened_at)


def decision(workflow: Workflow, round_: Round | None) -> Moment:
    if workflow.status is Status.CANCELLED and not (round_ and round_.ready_at):
        why = REASONS[workflow.status_reason]
        return Moment("Cancelled", "bad", workflow.ended_at, why)
    if round_ is None or round_.outcome is None:
        return Moment("Decision", "todo")
    why = REASONS.get(round_.reason, "")
    if round_.outcome is Outcome.APPROVED:
        return Moment("Approved", "ok", round_.decided_at, why)
    return Moment(round_.outcome.value.capitalize(), "bad", round_.decided_at, why)


def running(workflow: Workflow, round_: Round | None, run: Run | None) -> list[Moment]:
    reason = REASONS.get(workflow.status_reason, "")
    if workflow.status is Status.EXPIRED:
        return [Moment("Expired", "bad", workflow.ended_at, reason)]
    if waits := waiting(workflow, round_, run):
        return [waits, Moment("Result", "todo")]
    if run is None:
        return [Moment("Run", "todo"), Moment("Result", "todo")]
    if run.status is RunStatus.QUEUED:
        return [Moment("Queued", "wait", run.queued_at), Moment("Result", "todo")]
    if run.status is RunStatus.RUNNING:
        done = f"Step {min(run.step + 1, len(run.steps))} of {len(run.steps)}"
        return [
            Moment("Running", "run", run.started_at, done),
            Moment("Result", "todo"),
        ]
    began = Moment("Ran", "ok" if run.started_at else "todo", run.started_at)
    good = run.status is RunStatus.COMPLETED
    name = run.status.value.replace("_", " ").capitalize()
    why = "" if good else run.error.split("\n")[0] or reason
    return [began, Moment(name, "ok" if good else "bad", run.ended_at, why)]


def waiting(workflow: Workflow, round_: Round | None, run: Run | None) -> Moment | None:
    """An approval that the rule does not let be used yet."""
    started = run is not None and run.status is not RunStatus.QUEUED
    if workflow.status is not Status.APPROVED or round_ is None or started:
        return None
    if round_.ready_at is None or round_.ready_at <= now():
        return None
    return Moment("Waiting", "wait", round_.ready_at, "May run from then on.")
