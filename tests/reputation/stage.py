"""Work of agents that ends, and what their ledgers say then."""

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.reputation.formula import Record
from dashboard.reputation.ledger import enter
from dashboard.reputation.models import Reason, ReputationEntry
from dashboard.reputation.sources import Deed
from dashboard.runs.ending import close
from dashboard.runs.models import Execution, RunStatus, StepStatus
from dashboard.workflows.models import WorkflowStep
from tests.factories import make_bot
from tests.runs.stage import approved

ENDS = {
    RunStatus.COMPLETED: StepStatus.COMPLETED,
    RunStatus.FAILED: StepStatus.FAILED,
    RunStatus.CANCELLED: StepStatus.CANCELLED,
    RunStatus.NEEDS_REVIEW: StepStatus.LOST,
    RunStatus.BLOCKED: StepStatus.QUEUED,
}


def work_of(agent, proposer, weekly_savings=None, **over):
    """An approved workflow of this agent; its run waits."""
    bot = make_bot(proposer)
    run = approved(proposer, bot, agent_id=agent and agent.id, **over)
    run.workflow.weekly_savings = weekly_savings
    db.session.commit()
    return run


def ends(run, status=RunStatus.COMPLETED, reason="", at=None):
    """The run ends in this way, through the one end of all runs."""
    with audited(SYSTEM, Permission.RUN_WRITE) as entry:
        for step in run.steps:
            if not step.status.is_final:
                step.status = ENDS[status]
        run.started_at = run.started_at or now()
        close(run, status, at or now(), entry=entry, reason=reason)
    return run


def with_step_of(run, agent, status=StepStatus.QUEUED):
    """One more step of this run, taken by an agent."""
    position = len(run.steps) + 1
    run.steps.append(Execution(position=position, agent_id=agent.id, status=status))
    step = WorkflowStep(position=position, agent_id=agent.id, pinned={})
    run.workflow.steps.append(step)
    db.session.commit()
    return run


def has_record(agent, actions, successes=None, savings=0, at=None):
    """One row that stands for all of this, without the work behind it."""
    adds = Record(actions, actions if successes is None else successes, savings)
    number = agent.reputation or 0
    source = f"run/{agent.id}{number}"
    deed = Deed(agent.id, Reason.COMPLETED, source[:60], None, adds)
    with audited(SYSTEM, Permission.REPUTATION_WRITE, agent):
        enter(agent, deed, at or now())
    return agent


def corrected(agent, points):
    """A row that moves the score by these points, whoever made it."""
    deed = Deed(
        agent.id, Reason.MANUAL, f"manual/{agent.id}", None, Record(0, 0, 0, points)
    )
    with audited(SYSTEM, Permission.REPUTATION_WRITE, agent):
        enter(agent, deed, now(), note="To see it move")
    return agent


def ledger(agent):
    rows = select(ReputationEntry).where(ReputationEntry.agent_id == agent.id)
    return db.session.scalars(rows.order_by(ReputationEntry.number)).all()


def told(agent):
    """Reason, actions, successes and savings of each row."""
    return [
        (row.reason.value, row.actions, row.successes, row.savings)
        for row in ledger(agent)
    ]
