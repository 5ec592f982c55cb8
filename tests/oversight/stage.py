"""Types that are routed, councils that block, agents that are restricted."""

from dashboard.agents.models import Restriction
from dashboard.councils.models import BlockedType
from dashboard.workflow_types.models import TypeKind, TypeStep, WorkflowType
from tests.factories import SCHEMA, number, stored


def make_routed_type(*bots, council=None, name=None, **over):
    """A type that names no council unless one is given."""
    steps = [TypeStep(position=n, bot_id=bot.id) for n, bot in enumerate(bots, start=1)]
    return stored(
        WorkflowType(
            name=name or f"Routed type {next(number)}",
            council=council,
            input_schema=SCHEMA,
            steps=steps,
            **over,
        )
    )


def make_governance_type(council, **over):
    return make_routed_type(council=council, kind=TypeKind.GOVERNANCE, **over)


def block(council, type_, reason="Not before the audit"):
    council.blocked_types.append(BlockedType(type_id=type_.id, reason=reason))
    return stored(council)


def restrict(agent, type_, reason="It swept too much"):
    agent.restrictions.append(Restriction(type_id=type_.id, reason=reason))
    return stored(agent)
