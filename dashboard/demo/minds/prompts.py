"""Prompts: two with a history, one label that a council guards, and nine packaged."""

from datetime import datetime, timedelta

from sqlalchemy import select

from dashboard.demo.fleet.deeds import Asked
from dashboard.demo.stage import Stage
from dashboard.extensions import db
from dashboard.prompts import labelling, proposing, seeding
from dashboard.prompts.actions import create_prompt, save_version
from dashboard.prompts.models import PRODUCTION, Prompt, PromptKind
from dashboard.prompts.schemas import (
    MoveIn,
    PromptIn,
    ProposeIn,
    ProtectIn,
    VariableIn,
    VersionIn,
)
from dashboard.users.models import User
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.models import Risk, TypeKind, WorkflowType
from dashboard.workflow_types.schemas import TypeIn

TRIAGE, ADVISER = "ticket-triage", "money-adviser"
PROMOTE = "prompt.promote"
STAGING = "staging"
FIRST = (
    "You sort support tickets for ${shop}. For each ticket say which team it belongs "
    "to and how urgent it is."
)
SECOND = f"{FIRST}\nTeams: ${{teams}}. If none fits, say so; never invent a team."
THIRD = f"{SECOND}\nAnswer in one line per ticket: number, team, urgency from 1 to 3."
FOURTH = (
    "Sort tickets for ${shop} into ${teams}. One line per ticket: number, team, 1 to 3."
)
FIFTH = f"{THIRD}\nA ticket that names a lawyer or a bank is always urgency 3."
MONEY = (
    "You advise a council on work that moves money at ${shop}. Look for amounts that "
    "do not add up, for customers named twice and for reasons that do not fit. Say "
    "what you would do, how sure you are and why, in three sentences at most."
)
ABOUT = {
    "shop": VariableIn(description="The name of the shop", example="Northwind"),
    "teams": VariableIn(description="The teams there are", example="Orders, Refunds"),
}


def are_written(stage: Stage, moment: datetime) -> None:
    people = stage.people

    def write() -> None:
        seeding.seed()
        triage = create_prompt(people.lena, wanted(TRIAGE, FIRST, "Sorts tickets."))
        put(people.lena, triage, PRODUCTION, 1, "The first one we have.")
        money = create_prompt(
            people.tomas, wanted(ADVISER, MONEY, "Advises on refunds and payments.")
        )
        put(people.tomas, money, PRODUCTION, 1, "Tried on last quarter's refunds.")

    def improve() -> None:
        triage = known(TRIAGE)
        save(people.lena, triage, SECOND, "Name the teams: it made some up")
        put(people.lena, triage, PRODUCTION, 2, "No more invented teams.")

    def tidy() -> None:
        triage = known(TRIAGE)
        save(
            people.lena, triage, THIRD, "One line per ticket, so that bots can read it"
        )
        put(people.lena, triage, STAGING, 3, "For a week beside the old one.")
        put(people.lena, triage, PRODUCTION, 3, "Staging went well.")

    stage.story.at(moment, write)
    stage.story.at(moment + timedelta(days=3), improve)
    stage.story.at(moment + timedelta(days=9), tidy)


def production_is_put_under_votes(stage: Stage, moment: datetime) -> None:
    def guard() -> None:
        type_ = promotion(stage)
        asked = ProtectIn(type_id=type_.id, reason="Customers feel every change of it.")
        labelling.protect(stage.people.mara, known(TRIAGE), PRODUCTION, asked)

    stage.story.at(moment, guard)


def promotion(stage: Stage) -> WorkflowType:
    wanted = TypeIn(
        name=PROMOTE,
        description="Which version of a prompt is in production: decided by Content.",
        kind=TypeKind.GOVERNANCE,
        risk=Risk.MEDIUM,
        council_id=stage.councils.content.id,
        promotes_prompts=True,
    )
    return create_type(stage.people.mara, wanted)


def a_tidy_up_is_rolled_back(stage: Stage, moment: datetime) -> None:
    """Voted in, found wanting, and voted out again."""
    people = stage.people

    def shorten() -> None:
        save(people.lena, known(TRIAGE), FOURTH, "Shorter: it costs half as much")
        asked(stage, moment, people.lena, version=4, reason="Half the tokens.")

    stage.story.at(moment, shorten)
    back = moment + timedelta(days=2)
    stage.story.at(back, lambda: roll_back(stage, back))


def asked(
    stage: Stage, moment: datetime, by: User, *, version: int, reason: str
) -> Asked:
    wanted = ProposeIn(version=version, reason=reason)
    case = proposal(stage, moment, by, wanted)
    return case.approved_by(stage.people.jonas, 3, "Tried it beside v3.").approved_by(
        stage.people.priya, 1, "Good enough."
    )


def roll_back(stage: Stage, moment: datetime) -> None:
    wanted = ProposeIn(deed="roll_back", reason="It forgets the urgency every time.")
    case = proposal(stage, moment, stage.people.lena, wanted)
    case.approved_by(stage.people.tomas, 0.5, "Agreed.").approved_by(
        stage.people.jonas, 0.5, "I saw it, too."
    )


def a_promotion_waits(stage: Stage, moment: datetime) -> None:
    """The newest version waits for one more vote."""
    people = stage.people

    def write() -> None:
        save(people.lena, known(TRIAGE), FIFTH, "Lawyers and banks are always urgent")
        wanted = ProposeIn(version=5, reason="A letter of a bank lay for four days.")
        proposal(stage, moment, people.lena, wanted).approved_by(
            people.tomas, 2, "That letter was mine."
        )

    stage.story.at(moment, write)


def proposal(stage: Stage, moment: datetime, by: User, wanted: ProposeIn) -> Asked:
    return Asked(
        stage.story,
        moment,
        by,
        known_type(),
        "",
        ask=lambda: proposing.propose(by, known(TRIAGE), PRODUCTION, wanted),
    )


def wanted(name: str, content: str, description: str) -> PromptIn:
    return PromptIn(
        name=name,
        kind=PromptKind.SYSTEM,
        content=content,
        description=description,
        variables={each: about for each, about in ABOUT.items() if each in content},
    )


def save(person: User, prompt: Prompt, content: str, message: str) -> None:
    about = {each: known for each, known in ABOUT.items() if each in content}
    version = VersionIn(content=content, message=message, variables=about)
    save_version(person, prompt, version)


def put(person: User, prompt: Prompt, label: str, version: int, why: str) -> None:
    move = MoveIn(label=label, version=version, reason=why)
    labelling.put_label(person, prompt, move)


def known(name: str) -> Prompt:
    return db.session.scalars(select(Prompt).where(Prompt.name == name)).one()


def known_type() -> WorkflowType:
    return db.session.scalars(
        select(WorkflowType).where(WorkflowType.name == PROMOTE)
    ).one()
