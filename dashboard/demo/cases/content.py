"""What Content was asked, and what it was not."""

from datetime import datetime
from typing import Any

from dashboard.advice.models import Opinion
from dashboard.demo.case import Case
from dashboard.demo.diary import PAGES
from dashboard.demo.stage import Stage


def digest(stage: Stage, moment: datetime, title: str, **over: Any) -> Case:
    type_, files = stage.types.tickets, ["tickets.csv"]
    return Case(stage.story, moment, stage.people.lena, type_, title, files, **over)


def first_digest(stage: Stage, moment: datetime) -> None:
    who, agents = stage.people, stage.agents
    case = digest(
        stage,
        moment,
        "Digest of the first week on the new help desk",
        agent_id=agents.triage.id,
        weekly_savings=120,
    ).opened()
    case.advised_by(agents.scribe, Opinion.APPROVE, 90, "It reads no names.")
    case.approved_by(who.jonas, 2).approved_by(who.tomas, 3.5)


def unanswered_pages(stage: Stage, moment: datetime) -> None:
    case = Case(
        stage.story,
        moment,
        stage.people.lena,
        stage.types.pages,
        "Check the help pages before the move",
        PAGES,
    ).opened()
    case.approved_by(stage.people.jonas, 6)


def blocked_mailing(stage: Stage, moment: datetime) -> None:
    """Rejected at once: the council blocks its type."""
    Case(
        stage.story,
        moment,
        stage.people.lena,
        stage.types.mailing,
        "Tell every customer about the new returns guide",
        ["returns.md"],
    ).opened()


def shipping_pages(stage: Stage, moment: datetime) -> None:
    """Changed after two votes, which count no more; then voted on again."""
    who, agents = stage.people, stage.agents
    case = Case(
        stage.story,
        moment,
        who.lena,
        stage.types.pages,
        "Publish the shipping pages",
        PAGES,
        description="All of them at once.",
    ).opened()
    case.advised_by(agents.scribe, Opinion.REJECT, 72, "A link leads nowhere.")
    case.approved_by(who.tomas, 2)
    case.rejected_by(who.priya, 1, "Say which pages, and check their links first.")
    case.edited(
        2,
        title="Check the links of the two shipping pages",
        description="The account page and the returns page. Published by hand after.",
    )
    case.opened(0.5)
    case.advised_by(agents.scribe, Opinion.APPROVE, 93, "Two pages, both named.")
    case.advised_by(agents.triage, Opinion.APPROVE, 60, "Customers ask for them.")
    case.approved_by(who.jonas, 1)
    case.approved_by(who.priya, 4, "Thank you: that is clear.")


def stolen_vote(stage: Stage, moment: datetime) -> None:
    """A vote that was not its voter's is taken out."""
    who, agents = stage.people, stage.agents
    case = digest(
        stage, moment, "Digest for the delivery partner", weekly_savings=90
    ).opened()
    case.advised_by(agents.scribe, Opinion.ABSTAIN, 50, "I do not know the partner.")
    case.advised_by(agents.triage, Opinion.APPROVE, 77, "Categories only, no names.")
    case.approved_by(who.jonas, 1)
    case.voided_by(
        who.mara, who.jonas, 3, "Jonas's laptop was stolen; this vote was not his."
    )
    case.approved_by(who.tomas, 2).approved_by(who.priya, 1)


def weekly_review(stage: Stage, moment: datetime) -> None:
    who = stage.people
    case = Case(
        stage.story,
        moment,
        who.lena,
        stage.types.review,
        "Support review of the week",
        ["tickets.csv", *PAGES],
        weekly_savings=240,
        agent_id=stage.agents.scribe.id,
    ).opened()
    case.approved_by(who.priya, 1).approved_by(who.jonas, 2)


def withdrawn_digest(stage: Stage, moment: datetime) -> None:
    title = "Digest of the old help desk"
    case = digest(stage, moment, title, weekly_savings=60).opened()
    case.cancelled(5, "The old help desk is switched off already.")


def weekend_digest(stage: Stage, moment: datetime) -> None:
    """Too small to be voted on."""
    digest(stage, moment, "Digest of the weekend", weekly_savings=20).opened()


def returns_guide(stage: Stage, moment: datetime) -> None:
    """Changed after a first vote, so the council is asked again."""
    who, agents = stage.people, stage.agents
    case = Case(
        stage.story,
        moment,
        who.lena,
        stage.types.pages,
        "Publish the returns guide",
        ["returns.md"],
    ).opened()
    case.rejected_by(who.priya, 2, "It links to the account page, which is missing.")
    strict = {"strict": True}
    case.edited(4, title="Publish the returns guide, checked strictly", inputs=strict)
    case.opened(0.5)
    case.advised_by(agents.scribe, Opinion.REJECT, 88, "The account page is missing.")
    case.advised_by(agents.triage, Opinion.APPROVE, 61, "Half of all tickets ask this.")
    case.approved_by(who.jonas, 3)


def next_digest(stage: Stage, moment: datetime) -> None:
    """Still a draft, of two."""
    digest(
        stage,
        moment,
        "Digest of this week's tickets",
        weekly_savings=120,
        editors=[stage.people.jonas.id],
    )
