"""How the house is run: oversight before the vote, and what agents are kept from."""

from dashboard.agents.actions import update_agent
from dashboard.agents.schemas import AgentIn, RestrictionIn
from dashboard.demo.cast import Agents, Councils, People
from dashboard.demo.offers import Types
from dashboard.oversight.schemas import BlockedIn, OversightIn
from dashboard.oversight.setting import set_oversight

NO_MAILING = "We write to nobody unasked until the unsubscribe link works."
NO_MONEY = "It sorts tickets. Money is the work of Ledger."


def oversee(people: People, councils: Councils, types: Types) -> None:
    """Every council has its field; Content keeps small things off the table."""
    blocked = BlockedIn(type_id=types.mailing.id, reason=NO_MAILING)
    wanted = (
        (councils.payments, OversightIn(domains=["payments"])),
        (councils.safety, OversightIn(domains=["safety"])),
        (
            councils.content,
            OversightIn(
                domains=["content"], savings_threshold=50, blocked_types=[blocked]
            ),
        ),
    )
    for council, oversight in wanted:
        set_oversight(people.mara, council, oversight)


def restrict(people: People, agents: Agents, types: Types) -> None:
    """Triage reads what customers write, and asks for no money."""
    agent = agents.triage
    kept_from = [RestrictionIn(type_id=types.refunds.id, reason=NO_MONEY)]
    same = {name: getattr(agent, name) for name in AgentIn.model_fields}
    wanted = AgentIn.model_validate(same | {"restrictions": kept_from})
    update_agent(people.mara, agent, wanted)
