"""One step of a run: what its bot or its agent is given, and what is kept of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from dashboard.runs import boxed
from dashboard.runs.boxed import Blocked, Plan, tier_in_use
from dashboard.runs.claim import Claim
from dashboard.runs.ending import obstacle
from dashboard.runs.fence import fenced
from dashboard.runs.models import Execution, Run, StepStatus
from dashboard.sandbox import Ending, Outcome
from dashboard.thinking import loop
from dashboard.thinking.errand import Errand, errand_of

__all__ = ["Blocked", "keep", "perform", "prepare", "tier_in_use"]


def prepare(claim: Claim) -> Plan | Errand | None:
    """Mark the next step as running and gather what it needs; None at the end."""
    with fenced(claim.run_id, claim.token) as run:
        step = run.next_step
        if step is None:
            return None
        if why := obstacle(step):
            raise Blocked(why)
        boxed.begin(step)
        key = f"{run.id}/{step.position}"
        inputs, files = inputs_of(run, step), files_of(run, step)
        if step.agent_id:
            return errand_of(step, key, inputs, files)
        return boxed.plan_of(step, key, inputs, files)


def inputs_of(run: Run, step: Execution) -> dict[str, Any]:
    """What was approved or asked for, and what the step before it returned."""
    given = run.workflow.inputs if run.workflow else run.inputs
    earlier = [each for each in run.steps if each.position < step.position]
    return {**given, "previous": earlier[-1].output} if earlier else given


def files_of(run: Run, step: Execution) -> dict[str, UUID]:
    """The attached files, then what earlier steps left; the later of a name counts."""
    attached = run.workflow.files if run.workflow else run.files
    found = {file.name: file.blob_id for file in attached}
    for earlier in run.steps:
        if earlier.position < step.position:
            found |= {file.name: file.blob_id for file in boxed.left_by(earlier)}
    return found


def perform(
    claim: Claim, plan: Plan | Errand, should_stop: Callable[[], bool]
) -> Outcome:
    """Run the bot, or let the agent think; nothing in the database is held."""
    if isinstance(plan, Errand):
        return loop.think(claim, plan, should_stop)
    return boxed.run_boxed(claim, plan, should_stop)


def keep(claim: Claim, plan: Plan | Errand, outcome: Outcome) -> None:
    """Store a step's result and the run's progress as one."""
    try:
        store(claim, plan.execution_id, outcome)
    except IntegrityError:  # another worker stored the same file's bytes just now
        store(claim, plan.execution_id, outcome)


def store(claim: Claim, execution_id: UUID, outcome: Outcome) -> None:
    with fenced(claim.run_id, claim.token) as run:
        step = next(each for each in run.steps if each.id == execution_id)
        if step.status is not StepStatus.RUNNING:
            return  # it is stored; only the answer to the commit was lost
        for called in step.at_work[1:]:  # the agent was stopped meanwhile
            boxed.write_down(called, Outcome(Ending.CANCELLED, "", outcome.tier))
        boxed.write_down(step, outcome)
        run.step += 1
