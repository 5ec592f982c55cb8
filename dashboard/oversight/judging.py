"""What oversight makes of stored proposals: the pure steps, fed from the rows."""

from sqlalchemy import select

from dashboard.agents.models import Agent, Restriction
from dashboard.councils.models import BlockedType, Council
from dashboard.extensions import db
from dashboard.oversight.deciding import Judgement, judge
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Workflow


def judgement_of(workflow: Workflow) -> Judgement:
    """Whether this proposal is voted on at all, by the council it has."""
    return judgement_for(
        workflow.council, workflow.type, workflow.agent, workflow.weekly_savings
    )


def judgement_for(
    council: Council,
    type_: WorkflowType,
    agent: Agent | None,
    weekly_savings: int | None,
) -> Judgement:
    blocked, restricted = against(council, type_, agent)
    return judge(
        council_name=council.name,
        review_actions=council.review_actions,
        savings_threshold=council.savings_threshold,
        blocked=blocked,
        restricted=restricted,
        type_name=type_.name,
        agent_name=agent.name if agent else "",
        weekly_savings=weekly_savings,
        governance=type_.is_governance,
    )


def against(
    council: Council, type_: WorkflowType, agent: Agent | None
) -> tuple[str | None, str | None]:
    """Why the council blocks the type and the agent is kept from it, or None."""
    blocked = select(BlockedType.reason).where(
        BlockedType.council_id == council.id, BlockedType.type_id == type_.id
    )
    restricted = select(Restriction.reason).where(
        Restriction.agent_id == (agent.id if agent else None),
        Restriction.type_id == type_.id,
    )
    found = select(blocked.scalar_subquery(), restricted.scalar_subquery())
    row = db.session.execute(found).one()
    return row[0], row[1]
