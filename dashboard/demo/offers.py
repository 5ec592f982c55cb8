"""The workflow types: who decides on each, and by which rule of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dashboard.bots.models import Bot
from dashboard.demo.cast import HOUR, Councils, People
from dashboard.demo.questions import LIMIT, STRICT, THRESHOLD, TOP, asked
from dashboard.demo.work import Bots
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.models import Risk, TypeKind, WorkflowType
from dashboard.workflow_types.schemas import TypeIn

Kind = Callable[..., WorkflowType]


@dataclass(frozen=True)
class Types:
    break_ins: WorkflowType
    sweep: WorkflowType
    firewall: WorkflowType
    refunds: WorkflowType
    quarter: WorkflowType
    tickets: WorkflowType
    pages: WorkflowType
    review: WorkflowType
    mailing: WorkflowType
    governance: WorkflowType


def offer(people: People, councils: Councils, bots: Bots) -> Types:
    """Every type has its bots in order, and what it asks for."""

    def kind(name: str, *steps: Bot, **over: Any) -> WorkflowType:
        ids = [bot.id for bot in steps]
        return create_type(people.mara, TypeIn(name=name, steps=ids, **over))

    return Types(
        **security_types(kind, councils, bots),
        **money_types(kind, councils, bots),
        **content_types(kind, councils, bots),
        **governance_types(kind, councils),
    )


def security_types(kind: Kind, councils: Councils, bots: Bots) -> dict[str, Any]:
    same = {
        "council_id": councils.safety.id,
        "domain": "safety",
        "input_schema": asked(THRESHOLD),
    }
    return {
        "break_ins": kind(
            "Break-in report",
            bots.break_ins,
            description="Who guesses passwords on our servers. Attach sshd logs.",
            risk=Risk.LOW,
            **same,
        ),
        "sweep": kind(
            "Emergency sweep",
            bots.break_ins,
            description="The same report at once: one other person is enough.",
            risk=Risk.MEDIUM,
            rule={"preset": "any_one_other", "voting_period": 4 * HOUR},
            **same,
        ),
        "firewall": kind(
            "Firewall block list",
            bots.break_ins,
            description="Addresses to lock out. A day between the vote and the wall.",
            risk=Risk.CRITICAL,
            rule={
                "preset": "absolute_majority",
                "required_roles": {"security": 1},
                "min_open": 2 * HOUR,
                "timelock": 24 * HOUR,
            },
            **same,
        ),
    }


def money_types(kind: Kind, councils: Councils, bots: Bots) -> dict[str, Any]:
    same = {
        "council_id": councils.payments.id,
        "domain": "payments.refunds",
        "input_schema": asked(LIMIT, "limit"),
    }
    return {
        "refunds": kind(
            "Refund batch",
            bots.refunds,
            description="Pays a list of refunds up to a limit. Attach it as CSV.",
            risk=Risk.HIGH,
            **same,
        ),
        "quarter": kind(
            "Quarter-end refunds",
            bots.refunds,
            description="Approved ahead; started by hand when the books are closed.",
            risk=Risk.CRITICAL,
            auto_run=False,
            rule={
                "preset": "two_thirds",
                "quorum": {"num": 1, "den": 2, "counts": "approve_abstain"},
                "required_roles": {"finance": 1},
                "voting_period": 24 * HOUR,
                "early_decision": "off",
                "late_extension": {"seconds": 6 * HOUR, "trigger": "flip"},
            },
            **same,
        ),
    }


def content_types(kind: Kind, councils: Councils, bots: Bots) -> dict[str, Any]:
    council = {"council_id": councils.content.id}
    return {
        "tickets": kind(
            "Ticket digest",
            bots.tickets,
            description="What customers wrote about. Attach exports as CSV.",
            risk=Risk.LOW,
            input_schema=asked(TOP),
            **council,
        ),
        "pages": kind(
            "Help centre release",
            bots.pages,
            description="Checks the pages that are about to be published.",
            domain="content.help",
            input_schema=asked(STRICT),
        ),
        "review": kind(
            "Weekly support review",
            bots.tickets,
            bots.pages,
            description="What customers asked, then whether the pages answer it.",
            input_schema=asked(TOP | STRICT),
            **council,
        ),
        "mailing": kind(
            "Mass mailing",
            bots.pages,
            description="One letter to every customer at once.",
            risk=Risk.HIGH,
            domain="content.mail",
            input_schema=asked(STRICT),
            **council,
        ),
    }


def governance_types(kind: Kind, councils: Councils) -> dict[str, Any]:
    """What changes a council waits for an hour after the vote."""
    return {
        "governance": kind(
            "Change of a council",
            description="Its rule, its members, its charter: decided by Safety.",
            kind=TypeKind.GOVERNANCE,
            risk=Risk.CRITICAL,
            council_id=councils.safety.id,
            rule={
                "preset": "absolute_majority",
                "required_roles": {"security": 1},
                "timelock": HOUR,
            },
        )
    }
