"""Whether an approval may be used now, and if not, why."""

from datetime import datetime

from sqlalchemy import select

from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission, can
from dashboard.runs.brake import freezes_of
from dashboard.runs.models import Run
from dashboard.workflows.models import Round, Status, Workflow
from dashboard.workflows.refusals import broken
from dashboard.workflows.timing import start_refusal
from dashboard.workflows.voting import Refusal

EXPIRED = "The approval has expired. Propose it again."
SPENT = "This approval has bought its run already. Look at the run below."
NOT_THE_PROPOSER = "The rule wants somebody else than the proposer to start it."


def refuse_unless_approved(workflow: Workflow) -> None:
    if workflow.status is Status.EXPIRED:
        raise broken(Refusal.WRONG_STATE, EXPIRED)
    if workflow.status is not Status.APPROVED:
        raise broken(Refusal.WRONG_STATE)


def refuse_start(actor: Actor, workflow: Workflow, round_: Round, at: datetime) -> None:
    """Raise why this actor may not start the approved workflow at this moment."""
    if db.session.scalar(select(Run.id).where(Run.round_id == round_.id)):
        raise broken(Refusal.WRONG_STATE, SPENT)
    if refused := why_not(actor, workflow, round_, at):
        raise refused


def why_not(
    actor: Actor, workflow: Workflow, round_: Round, at: datetime
) -> RuleBroken | None:
    """The refusal a start would meet now, for the page to say beforehand."""
    own = actor.id == workflow.proposer_id
    refused = start_refusal(
        round_.frozen_rule,
        is_approved=workflow.status is Status.APPROVED,
        is_executor=can(actor, Permission.WORKFLOW_RUN, workflow),
        is_proposer=own,
        is_frozen=is_frozen(workflow),
        ready_at=round_.ready_at,
        at=at,
    )
    if refused is Refusal.NOT_AUTHORIZED and own:
        return broken(refused, NOT_THE_PROPOSER)
    if refused:
        return broken(refused)
    if missing := absent(workflow):
        return broken(Refusal.NOT_AUTHORIZED, missing)
    return None


def is_frozen(workflow: Workflow) -> bool:
    """Its council, or an agent that it needs, is held by a brake."""
    return db.session.scalar(freezes_of(workflow).limit(1)) is not None


def absent(workflow: Workflow) -> str:
    """Who it needs and is not to be had; the approval is not spent on that."""
    agent = workflow.agent
    if agent and not agent.is_active:
        return f"The agent {agent.name}, for which it runs, is {agent.status.value}."
    missing = (step.why_absent for step in workflow.steps)
    return next((why for why in missing if why), "")
