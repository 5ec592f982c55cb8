"""How a run begins and ends: both are audited, each happens once."""

from datetime import datetime
from uuid import UUID

from dashboard.agents.models import Agent
from dashboard.audit import Entry, audited, digest
from dashboard.bots.models import BotStatus
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.inbox import notices
from dashboard.metrics.recording import record_run
from dashboard.permissions import SYSTEM, Permission
from dashboard.runs.brake import Held, refuse_held
from dashboard.runs.claim import Claim
from dashboard.runs.fence import owned
from dashboard.runs.models import (
    WENT_WRONG,
    Execution,
    Run,
    RunStatus,
    StepStatus,
    Trigger,
)
from dashboard.runs.supervision import tell_bots
from dashboard.schedules.approval import why_not_begin
from dashboard.schedules.models import Schedule
from dashboard.thinking import pinning
from dashboard.thinking.schemas import Pinned
from dashboard.webhooks import telling
from dashboard.workflows import changes, content, jobs, lifecycle, outcomes
from dashboard.workflows.models import Status

OF_WORKFLOW = {
    RunStatus.COMPLETED: (Status.COMPLETED, ""),
    RunStatus.FAILED: (Status.FAILED, "step_failed"),
    RunStatus.BLOCKED: (Status.FAILED, "blocked"),
    RunStatus.NEEDS_REVIEW: (Status.FAILED, "lost"),
    RunStatus.CANCELLED: (Status.CANCELLED, "emergency_stop"),
}
"""What a run's end means for the workflow whose approval it was."""

CANCELLED = "The run was stopped by request."


def begin(claim: Claim) -> bool:
    """Start, or go on after a lost worker; False if something stands in the way."""
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        run = owned(claim.run_id, claim.token)
        refuse_held(run)
        at = database_now(db.session())
        entry.about(run, event="begin", attempt=run.attempt, worker=run.worker)
        if has_expired(run, at):
            return False
        if found := obstacles(run):
            close(run, RunStatus.BLOCKED, at, " ".join(found), entry=entry)
            return False
        run.started_at = run.started_at or at
        if run.workflow and run.workflow.status is Status.APPROVED:
            run.workflow.begin_run()
    return True


def has_expired(run: Run, at: datetime) -> bool:
    """An approval buys no run after its time, though no clock has looked yet."""
    workflow, round_ = run.workflow, run.round
    if workflow is None or round_ is None or workflow.status is not Status.APPROVED:
        return False
    return lifecycle.expire(workflow, round_, at)


def block(claim: Claim, why: str) -> None:
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        run = owned(claim.run_id, claim.token)
        close(run, RunStatus.BLOCKED, database_now(db.session()), why, entry=entry)


def end(claim: Claim) -> None:
    """Conclude the run; a council that it changed is looked at at once."""
    try:
        changed = conclude(claim)
    except changes.Impossible as error:
        block(claim, str(error))
        return
    if changed:
        jobs.advance_council(changed)


def conclude(claim: Claim) -> UUID | None:
    """Judge the run by its steps, close it, and tell its workflow and its bots.

    If nothing went wrong and there is still something to do, it was cancelled. A run
    of governance has no steps: it makes its change, or is closed in another way.
    """
    changed = None
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        run = owned(claim.run_id, claim.token)
        at = database_now(db.session())
        failed = run.failed_step
        if failed and failed.status is not StepStatus.CANCELLED:
            close(run, RunStatus.FAILED, at, failed.message, entry=entry)
        elif failed or run.next_step or (run.cancel_requested_at and not run.steps):
            close(run, RunStatus.CANCELLED, at, CANCELLED, entry=entry)
        else:
            if run.workflow and run.workflow.change:
                changed = changes.apply(run.workflow)
            run.output = run.steps[-1].output if run.steps else {}
            close(run, RunStatus.COMPLETED, at, entry=entry)
    return changed


def obstacles(run: Run) -> list[str]:
    """Why the rest of this run may not happen, in sentences."""
    rest = [step for step in run.steps if not step.status.is_final]
    if run.failed_step or (run.steps and not rest):
        return []
    found = [why for step in rest if (why := obstacle(step))]
    workflow = run.workflow
    if workflow is None:
        return found + unapproved(run, rest)
    if workflow.status not in {Status.APPROVED, Status.RUNNING} or run.round is None:
        return ["The workflow is not approved any more."]
    if workflow.agent and not workflow.agent.is_active:
        found.append(absent(workflow.agent))
    return content.drift(workflow, run.round) or found


def unapproved(run: Run, rest: list[Execution]) -> list[str]:
    """Whoever started it must still be there; a schedule must have its approval."""
    starter = run.started_by
    if starter and not starter.is_active:
        return [f"{starter.name}, who started it, has no active account any more."]
    if run.schedule_id is None or run.trigger is not Trigger.SCHEDULE:
        return []
    schedule = db.session.get_one(Schedule, run.schedule_id)
    at = database_now(db.session())
    versions = {step.program.id for step in rest}
    return [why for each in versions if (why := why_not_begin(schedule, each, at))]


def obstacle(step: Execution) -> str:
    """Why this step may not run: its bot is off, or its code was tampered with.

    A bot in quarantine will be released: its run is given back, and waits for that.
    """
    if step.agent:
        return why_not_think(step, step.agent)
    bot, version = step.program.bot, step.program
    if bot.status is BotStatus.ACTIVE and bot.is_quarantined:
        raise Held(f"The bot {bot.name} is in quarantine.")
    if not bot.can_run:
        return f"The bot {bot.name} was not run: it is not active ({bot.status.value})."
    if version.true_hash != version.content_hash:
        return (
            f"Version {version.number} of the bot {bot.name} is not what was saved: "
            "its content was changed in the database."
        )
    return ""


def why_not_think(step: Execution, agent: Agent) -> str:
    """The agent is away, or something that it thinks with is not what was judged."""
    if not agent.is_active:
        return f"The agent {agent} was not asked: it is {agent.status.value}."
    return " ".join(pinning.drifted(Pinned.model_validate(step.mind)))


def absent(agent: Agent) -> str:
    return f"The agent {agent.name}, for which it runs, is {agent.status.value}."


def close(
    run: Run,
    status: RunStatus,
    at: datetime,
    error: str = "",
    *,
    entry: Entry,
    reason: str = "",
) -> None:
    """The one end of a run. It is locked, and its workflow too.

    Who stopped it, and why, was written down when they asked for it.
    """
    of_workflow, usual_reason = OF_WORKFLOW[status]
    if status is RunStatus.CANCELLED and run.started_at is None:
        usual_reason = "cancelled"  # it was called back before it began
    stopped = run.error if status is RunStatus.CANCELLED else ""
    run.status, run.error, run.ended_at = status, stopped or error, at
    run.token = run.lease_until = None
    run.is_unacknowledged = status in WENT_WRONG
    entry.about(run, event="end", steps=[summary(step) for step in run.steps])
    if run.workflow and run.workflow.status in {Status.APPROVED, Status.RUNNING}:
        run.workflow.end_run(of_workflow, reason or usual_reason, at)
        notices.told_finished(run.workflow, run)
        if run.round:
            outcomes.over(outcomes.Over(run.workflow, run.round, at, run))
    record_run(run)
    tell_bots(run, at)
    telling.told_ended(run, at)


def summary(step: Execution) -> dict[str, object]:
    """What the audit trail keeps of a step: enough to recognise its result."""
    who: dict[str, object] = {"agent": step.actor_name}
    if step.bot_id:
        who = {"bot": step.actor_name, "version": step.version_number}
    return {
        "position": step.position,
        **who,
        "status": step.status,
        "output": None if step.output is None else digest(step.output),
        "files": {file.name: file.blob.sha256 for file in step.files},
    }
