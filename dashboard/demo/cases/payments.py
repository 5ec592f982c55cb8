"""What Payments was asked."""

from datetime import datetime
from typing import Any

from dashboard.advice.models import Opinion
from dashboard.demo.case import Case
from dashboard.demo.stage import Stage
from dashboard.workflows.voting import Choice


def refunds(
    stage: Stage, moment: datetime, title: str, limit: int, **over: Any
) -> Case:
    files = over.pop("files", ["refunds.csv"])
    inputs = {"limit": limit, "reason": over.pop("reason", "late delivery")}
    lena, type_ = stage.people.lena, stage.types.refunds
    case = Case(stage.story, moment, lena, type_, title, files, inputs=inputs, **over)
    return case.opened()


def quarter(
    stage: Stage, moment: datetime, title: str, limit: int, **over: Any
) -> Case:
    case = Case(
        stage.story,
        moment,
        stage.people.lena,
        stage.types.quarter,
        title,
        ["refunds.csv"],
        inputs={"limit": limit},
        **over,
    )
    return case.opened()


def lost_parcels(stage: Stage, moment: datetime) -> None:
    """Jonas leaves the council before he votes; it goes on without him."""
    who = stage.people
    case = refunds(stage, moment, "Refund batch 40: parcels returned to us", 300)
    case.approved_by(who.tomas, 2).approved_by(who.priya, 10)


def small_refunds(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = refunds(
        stage,
        moment,
        "Refund batch 41: late parcels",
        100,
        description="The courier lost a day. Everything up to 100 is paid at once.",
        agent_id=stage.agents.ledger.id,
    )
    case.advised_by(
        stage.agents.sentinel, Opinion.APPROVE, 78, "No address appears twice."
    )
    case.approved_by(who.tomas, 1, "The list matches the courier's own.")
    case.approved_by(who.priya, 4)


def generous_refunds(stage: Stage, moment: datetime) -> None:
    who, agents = stage.people, stage.agents
    case = refunds(
        stage,
        moment,
        "Refund everybody who ordered on the outage weekend",
        1000,
        reason="goodwill",
    )
    case.advised_by(
        agents.ledger, Opinion.REJECT, 92, "Two of these orders were delivered."
    )
    case.advised_by(
        agents.sentinel, Opinion.APPROVE, 55, "Nothing in the list looks invented."
    )
    case.rejected_by(who.tomas, 3, "Two orders on the list were delivered on time.")
    case.rejected_by(who.mara, 5, "Too much at once. Propose it with a limit of 100.")


def forgotten_quarter(stage: Stage, moment: datetime) -> None:
    """Approved, and never started in time."""
    who = stage.people
    case = quarter(stage, moment, "Quarter-end refunds, first list", 150)
    case.approved_by(who.mara, 2).approved_by(who.tomas, 6)


def restricted_refunds(stage: Stage, moment: datetime) -> None:
    """Rejected at once: its agent may not ask for money."""
    refunds(
        stage,
        moment,
        "Refund the tickets tagged “angry”",
        200,
        reason="goodwill",
        agent_id=stage.agents.triage.id,
    )


def broken_batch(stage: Stage, moment: datetime) -> None:
    """One of the agents saw it coming."""
    who, agents = stage.people, stage.agents
    case = refunds(
        stage,
        moment,
        "Refund batch 42: typed by hand",
        100,
        files=["refunds-typed.csv"],
    )
    case.advised_by(agents.ledger, Opinion.REJECT, 64, "Line 4 has a decimal comma.")
    case.advised_by(agents.sentinel, Opinion.APPROVE, 81, "Known customers only.")
    case.approved_by(who.mara, 3).approved_by(who.priya, 4)


def tampered_batch(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = refunds(
        stage,
        moment,
        "Refund batch 43: double charges",
        50,
        reason="double charge",
        description="Charged twice by the card terminal. Small amounts only.",
    )
    case.approved_by(who.tomas, 2).approved_by(who.mara, 2.5).tampered(limit=900)


def late_quarter(stage: Stage, moment: datetime) -> None:
    """Priya changes her mind at the last hour, so the vote goes on for six more."""
    who, ledger = stage.people, stage.agents.ledger
    case = quarter(stage, moment, "Quarter-end refunds, late list", 200)
    case.advised_by(ledger, Opinion.APPROVE, 84, "All amounts are on the bank's list.")
    case.approved_by(who.tomas, 3, "The bank's list has come.")
    case.rejected_by(who.mara, 2, "It came after the books were closed.")
    case.rejected_by(who.priya, 3, "I have not seen the bank's list.")
    reason = "I have read the bank's list now: it is right."
    case.approved_by(who.priya, 15.5, reason).started(8)


def courier_refunds(stage: Stage, moment: datetime) -> None:
    """Open for three hours more; the next vote decides."""
    case = refunds(
        stage,
        moment,
        "Refund batch 44: parcels the courier lost",
        100,
        description="Ten customers. Everything up to 100 is paid, the rest we look at.",
        agent_id=stage.agents.ledger.id,
        weekly_savings=480,
    )
    case.advised_by(
        stage.agents.sentinel, Opinion.APPROVE, 70, "No address appears twice."
    )
    case.approved_by(stage.people.priya, 20, "Checked against the courier's list.")


def coming_quarter(stage: Stage, moment: datetime) -> None:
    """Approved, and waiting to be started by hand."""
    who = stage.people
    case = quarter(
        stage,
        moment,
        "Quarter-end refunds",
        250,
        description="Approved ahead: start it when the books are closed.",
    )
    case.approved_by(who.priya, 3)
    case.voted(who.mara, Choice.ABSTAIN, 1, "I was not there.")
    case.approved_by(who.tomas, 5)
