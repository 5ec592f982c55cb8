"""The workflows: one or more in every state that lasts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from dashboard.demo.case import Case
from dashboard.demo.cast import Agents, People
from dashboard.demo.diary import PAGES
from dashboard.demo.work import Types


@dataclass(frozen=True)
class Stage:
    """Who plays, and with what."""

    people: People
    agents: Agents
    types: Types


def first_digest(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.tickets,
        "Digest of the first week on the new help desk",
        ["tickets.csv"],
        agent_id=stage.agents.triage.id,
        weekly_savings=120,
    ).opened()
    case.approved_by(who.jonas, 2).approved_by(who.tomas, 3.5).ran().told()


def small_refunds(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.refunds,
        "Refund batch 41: late parcels",
        ["refunds.csv"],
        description="The courier lost a day. Everything up to 100 is paid at once.",
        inputs={"limit": 100},
        agent_id=stage.agents.ledger.id,
    ).opened()
    case.approved_by(who.tomas, 1, "The list matches the courier's own.")
    case.approved_by(who.priya, 4).ran().told()


def generous_refunds(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.refunds,
        "Refund everybody who ordered on the outage weekend",
        ["refunds.csv"],
        inputs={"limit": 1000, "reason": "goodwill"},
    ).opened()
    case.rejected_by(who.tomas, 3, "Two orders on the list were delivered on time.")
    case.rejected_by(who.mara, 5, "Too much at once. Propose it with a limit of 100.")
    case.told()


def unanswered_pages(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.pages,
        "Check the help pages before the move",
        PAGES,
    ).opened()
    case.approved_by(who.jonas, 6).left_to_time()


def mail_host(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.break_ins,
        "Break-in report for the mail host",
        ["auth.log"],
        inputs={"threshold": 50},
        agent_id=stage.agents.sentinel.id,
    ).opened()
    case.approved_by(who.priya, 1.5).approved_by(who.jonas, 5, "Good to have.")
    case.ran().told()


def foreign_logs(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.jonas,
        stage.types.break_ins,
        "Break-in report from a customer's own server",
        ["auth.log"],
    ).opened()
    case.approved_by(who.mara, 2)
    case.vetoed_by(who.priya, 3, "We have no contract that lets us read their logs.")
    case.told()


def forgotten_quarter(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.quarter,
        "Quarter-end refunds, first list",
        ["refunds.csv"],
        inputs={"limit": 150},
    ).opened()
    case.approved_by(who.mara, 2).approved_by(who.tomas, 6).left_to_time()


def broken_batch(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.refunds,
        "Refund batch 42: typed by hand",
        ["refunds-typed.csv"],
        inputs={"limit": 100},
    ).opened()
    case.approved_by(who.mara, 3).approved_by(who.priya, 4).ran().told()


def tampered_batch(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.refunds,
        "Refund batch 43: double charges",
        ["refunds.csv"],
        description="Charged twice by the card terminal. Small amounts only.",
        inputs={"limit": 50, "reason": "double charge"},
    ).opened()
    case.approved_by(who.tomas, 2).approved_by(who.mara, 2.5)
    case.tampered(limit=900).ran().told()


def weekly_review(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.review,
        "Support review of the week",
        ["tickets.csv", *PAGES],
        weekly_savings=240,
        agent_id=stage.agents.scribe.id,
    ).opened()
    case.approved_by(who.priya, 1).approved_by(who.jonas, 2).ran().told()


def withdrawn_digest(stage: Stage, moment: datetime) -> None:
    case = Case(
        moment,
        stage.people.lena,
        stage.types.tickets,
        "Digest of the old help desk",
        ["tickets.csv"],
        weekly_savings=60,
    ).opened()
    case.cancelled(5, "The old help desk is switched off already.").told()


def weekend_digest(stage: Stage, moment: datetime) -> None:
    """Too small to be voted on."""
    case = Case(
        moment,
        stage.people.lena,
        stage.types.tickets,
        "Digest of the weekend",
        ["tickets.csv"],
        weekly_savings=20,
    )
    case.opened().ran().told()


def courier_refunds(stage: Stage, moment: datetime) -> None:
    """Open for three hours more."""
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.refunds,
        "Refund batch 44: parcels the courier lost",
        ["refunds.csv"],
        description="Ten customers. Everything up to 100 is paid, the rest we look at.",
        inputs={"limit": 100},
        agent_id=stage.agents.ledger.id,
        weekly_savings=480,
    ).opened()
    case.approved_by(who.tomas, 20, "Checked against the courier's list.").told()


def night_sweep(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.jonas,
        stage.types.sweep,
        "Who is hammering web1 tonight?",
        ["auth.log"],
        inputs={"threshold": 10},
    ).opened()
    case.approved_by(who.priya, 0.1, "Go.").ran().told()


def coming_quarter(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.quarter,
        "Quarter-end refunds",
        ["refunds.csv"],
        description="Approved ahead: start it when the books are closed.",
        inputs={"limit": 250},
    ).opened()
    case.approved_by(who.priya, 3).approved_by(who.tomas, 8).told()


def web1_report(stage: Stage, moment: datetime) -> None:
    """Nobody has voted yet; open for two days more."""
    case = Case(
        moment,
        stage.people.lena,
        stage.types.break_ins,
        "Break-in report for web1",
        ["auth.log"],
        description="Which addresses guess passwords on web1, and how often.",
        inputs={"threshold": 20},
        agent_id=stage.agents.sentinel.id,
    ).opened()
    case.told()


def returns_guide(stage: Stage, moment: datetime) -> None:
    """Changed after a first vote, so the council is asked again."""
    who = stage.people
    case = Case(
        moment,
        who.lena,
        stage.types.pages,
        "Publish the returns guide",
        ["returns.md"],
    ).opened()
    case.rejected_by(who.priya, 2, "It links to the account page, which is missing.")
    strict = {"strict": True}
    case.edited(4, title="Publish the returns guide, checked strictly", inputs=strict)
    case.opened(0.5).approved_by(who.jonas, 3).told()


def next_digest(stage: Stage, moment: datetime) -> None:
    """Still a draft."""
    Case(
        moment,
        stage.people.lena,
        stage.types.tickets,
        "Digest of this week's tickets",
        ["tickets.csv"],
        weekly_savings=120,
    ).told()


CASES: tuple[tuple[timedelta, Callable[[Stage, datetime], None]], ...] = (
    (timedelta(days=13), first_digest),
    (timedelta(days=11.6), small_refunds),
    (timedelta(days=11), generous_refunds),
    (timedelta(days=10), unanswered_pages),
    (timedelta(days=9), mail_host),
    (timedelta(days=8.8), foreign_logs),
    (timedelta(days=8.5), forgotten_quarter),
    (timedelta(days=6), broken_batch),
    (timedelta(days=5), tampered_batch),
    (timedelta(days=4), weekly_review),
    (timedelta(days=3.4), withdrawn_digest),
    (timedelta(days=3), weekend_digest),
    (timedelta(hours=68.8), courier_refunds),
    (timedelta(days=2), night_sweep),
    (timedelta(days=1.6), coming_quarter),
    (timedelta(hours=30), returns_guide),
    (timedelta(hours=22), web1_report),
    (timedelta(hours=1.5), next_digest),
)
"""How long ago each was proposed."""
