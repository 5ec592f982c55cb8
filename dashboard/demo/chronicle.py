"""The weeks before the story: what the councils decided, and how soon."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboard.agents.models import Agent
from dashboard.demo.case import Case
from dashboard.demo.stage import Stage
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.voting import Choice

WORTH = 300
"""Dollars a week for each who voted: what more people looked at saved more."""
BEGIN, EVERY = timedelta(days=61), timedelta(days=5)
SIGNS = {"+": Choice.APPROVE, "-": Choice.REJECT, "~": Choice.ABSTAIN}
DOUBTS = (
    "Not this week, please.",
    "I miss a sentence on why.",
    "We had the same a month ago.",
    "Let us wait for the new figures.",
)


@dataclass(frozen=True)
class Past:
    """One decision of long ago. Votes: who, how, and hours after the one before."""

    title: str
    votes: str


PAYMENTS = (
    Past("Refund batch 33: late parcels", "tomas+3 mara+5 priya+2"),
    Past("Refund batch 34: broken glass", "tomas-6 mara-4"),
    Past("Refund batch 35: late parcels", "mara+30"),
    Past("Refund batch 36: goodwill", "tomas-12 priya+3 jonas-7"),
    Past("Refund batch 37: lost parcels", "mara+8 priya+11 tomas~4"),
    Past("Refund batch 38: late parcels", "priya+16 tomas+22"),
    Past("Refund batch 39: double charges", "tomas+1 mara-3 priya+5 jonas+9"),
)
CONTENT = (
    Past("Digest of the clearance sale", "jonas+4 tomas+6"),
    Past("Digest of the chat pilot", "priya-8 jonas+3 tomas-10"),
    Past("Digest of the returns desk", "jonas+40"),
    Past("Digest of the long weekend", "jonas+1 tomas-5 priya+9"),
    Past("Digest of unanswered tickets", "priya+7 jonas+2"),
    Past("Digest of the phone line", "tomas-3 jonas-6"),
    Past("Digest of the new terms", "jonas+12 tomas~8 priya+5"),
    Past("Digest of the app's reviews", "jonas-20 priya+9 tomas+4"),
)
SAFETY = (
    Past("Break-in report for the shop", "jonas+5 mara+6"),
    Past("Break-in report for a partner", "mara-3 jonas-7"),
    Past("Break-in report for the printer", "mara+50"),
    Past("Break-in report for web3", "priya+1 mara-4 jonas+8"),
    Past("Break-in report for the old host", "jonas-11 priya+2 mara-9"),
    Past("Break-in report for the mail host, at first", "priya+3 jonas+2"),
    Past("Break-in report for web4", "jonas+1 priya+1"),
)


def plan(rng: Random, stage: Stage, today: datetime) -> None:
    """Each council decides something every few days."""
    types = stage.types
    rows: tuple[tuple[WorkflowType, str, tuple[Past, ...]], ...] = (
        (types.refunds, "refunds.csv", PAYMENTS),
        (types.tickets, "tickets.csv", CONTENT),
        (types.break_ins, "auth.log", SAFETY),
    )
    for type_, file, all_past in rows:
        for number, past in enumerate(all_past):
            hours = rng.randrange(36)
            moment = today - BEGIN + number * EVERY + timedelta(hours=hours)
            tell(rng, stage, moment, type_, file, past)


def whose(stage: Stage, type_: WorkflowType) -> Agent:
    """The agent for which this kind of work is proposed."""
    agents = stage.agents
    if type_ is stage.types.refunds:
        return agents.ledger
    return agents.triage if type_ is stage.types.tickets else agents.sentinel


def tell(
    rng: Random,
    stage: Stage,
    moment: datetime,
    type_: WorkflowType,
    file: str,
    past: Past,
) -> None:
    inputs = {"limit": 300} if type_ is stage.types.refunds else {}
    lena, agent = stage.people.lena, whose(stage, type_)
    asked = {"inputs": inputs, "agent_id": agent.id}
    worth = WORTH * len(past.votes.split())
    case = Case(
        stage.story,
        moment,
        lena,
        type_,
        past.title,
        [file],
        weekly_savings=worth,
        **asked,
    )
    case.opened()
    for vote in past.votes.split():
        sign = next(sign for sign in SIGNS if sign in vote)
        name, hours = vote.split(sign)
        person, choice = getattr(stage.people, name), SIGNS[sign]
        reason = rng.choice(DOUBTS) if choice is Choice.REJECT else ""
        case.voted(person, choice, float(hours), reason)
