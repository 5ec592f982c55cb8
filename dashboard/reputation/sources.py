"""What an end means for the records of agents: the same when booked and when checked.

Work that lapsed, expired, was cancelled, blocked or lost with its worker says nothing
about an agent, so it counts for none.
"""

from dataclasses import dataclass
from uuid import UUID

from dashboard.reputation.formula import Record
from dashboard.reputation.models import Reason
from dashboard.runs.models import Execution, Run, RunStatus, StepStatus
from dashboard.workflows.models import Round, Workflow

WEEKS = 52
UNTOLD = frozenset({StepStatus.CANCELLED, StepStatus.REFUSED, StepStatus.LOST})
"""How a step ends for which its agent cannot answer."""
BY_ITSELF = "step_failed"
"""Why a workflow failed whose own steps failed; others were blocked or lost."""


@dataclass(frozen=True)
class Deed:
    """What one source adds to the record of one agent."""

    agent_id: UUID
    reason: Reason
    source: str
    workflow_id: UUID | None
    adds: Record = Record()


def has_succeeded(workflow: Workflow, run: Run) -> bool | None:
    """Whether the work went well; None if its end says nothing about that."""
    if run.status is RunStatus.COMPLETED:
        return True
    told = run.status is RunStatus.FAILED and workflow.status_reason == BY_ITSELF
    return False if told else None


def deeds_of(workflow: Workflow, run: Run) -> list[Deed]:
    """What a run that ended adds to the records of the agents in it."""
    succeeded = has_succeeded(workflow, run)
    if succeeded is None:
        return []
    of_steps = [
        deed_of_step(workflow, run, step, step.agent_id)
        for step in run.steps
        if step.agent_id and step.agent_id != workflow.agent_id and is_told(step)
    ]
    if workflow.agent_id is None:
        return of_steps
    return [deed_of_work(workflow, run, workflow.agent_id, succeeded), *of_steps]


def deed_of_work(workflow: Workflow, run: Run, agent_id: UUID, succeeded: bool) -> Deed:
    """The work was this agent's own: what it saves counts once it is done."""
    savings = (workflow.weekly_savings or 0) * WEEKS if succeeded else 0
    return Deed(
        agent_id=agent_id,
        reason=Reason.COMPLETED if succeeded else Reason.FAILED,
        source=f"run/{run.id}",
        workflow_id=workflow.id,
        adds=Record(actions=1, successes=int(succeeded), savings=savings),
    )


def deed_of_step(workflow: Workflow, run: Run, step: Execution, agent_id: UUID) -> Deed:
    """A step that an agent took in somebody else's work: an action, without savings."""
    succeeded = step.status is StepStatus.COMPLETED
    return Deed(
        agent_id=agent_id,
        reason=Reason.COMPLETED if succeeded else Reason.FAILED,
        source=f"run/{run.id}/{step.position}",
        workflow_id=workflow.id,
        adds=Record(actions=1, successes=int(succeeded)),
    )


def is_told(step: Execution) -> bool:
    return step.status.is_final and step.status not in UNTOLD


def deed_of_rejection(workflow: Workflow, round_: Round, agent_id: UUID) -> Deed:
    """It takes no points: nothing was done. It stands in the ledger all the same."""
    return Deed(agent_id, Reason.REJECTED, f"round/{round_.id}", workflow.id)
