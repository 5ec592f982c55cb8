"""What bots may reach beyond their sandbox: asked for, granted, and taken back."""

from datetime import datetime, timedelta
from functools import partial
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select

from dashboard.bots.models import Bot
from dashboard.demo.fleet.deeds import Asked
from dashboard.demo.stage import Stage
from dashboard.extensions import db
from dashboard.grants.actions import add_secret, revoke
from dashboard.grants.models import Grant, GrantKind
from dashboard.grants.proposing import ask_for_grant
from dashboard.grants.schemas import GrantIn, HoldsFor, SecretIn
from dashboard.users.models import User
from dashboard.workflow_types.actions import create_type
from dashboard.workflow_types.models import Risk, TypeKind, WorkflowType
from dashboard.workflow_types.schemas import TypeIn

TOKEN, OF_TOKEN = "CRM_TOKEN", "Reads tickets, writes nothing."  # noqa: S105  # a name
MOVED = "The pages are in our own repository now: there is nothing to ask there."
LOOK_UP = "Whoever guesses passwords has a provider, and that one takes complaints."
LIVE = "Links of pages that are published already lead to the old host."
EXPORT = "It fetches the tickets itself: nobody has to attach an export any more."


def who_reaches_what(stage: Stage, moment: datetime) -> None:
    def begin() -> None:
        type_ = access_of_bots(stage)
        add = SecretIn(name=TOKEN, description=OF_TOKEN, secret=token_urlsafe(24))
        add_secret(stage.people.mara, add)
        old_host(stage, moment + timedelta(days=1), type_)
        look_ups(stage, moment + timedelta(days=6), type_)
        token(stage, stage.story.today - timedelta(hours=7), type_)

    stage.story.at(moment, begin)


def access_of_bots(stage: Stage) -> WorkflowType:
    wanted = TypeIn(
        name="Access of bots",
        description="Network and secrets for a bot: decided by Safety.",
        kind=TypeKind.GOVERNANCE,
        risk=Risk.HIGH,
        council_id=stage.councils.safety.id,
        decides_grants=True,
    )
    return create_type(stage.people.mara, wanted)


def ask(
    stage: Stage, moment: datetime, by: User, bot: Bot, type_: WorkflowType, **over: Any
) -> Asked:
    wanted = partial(GrantIn, holds_for=HoldsFor.BOT, type_id=type_.id, **over)
    case = Asked(
        stage.story,
        moment,
        by,
        type_,
        "",
        ask=lambda: ask_for_grant(by, bot, wanted()),
    )
    return case.opened()


def old_host(stage: Stage, moment: datetime, type_: WorkflowType) -> None:
    """Granted, and revoked when the host was gone."""
    who, bot = stage.people, stage.bots.pages
    hosts = ["help.example.org"]
    case = ask(
        stage,
        moment,
        who.jonas,
        bot,
        type_,
        kind=GrantKind.NETWORK,
        hosts=hosts,
        why=LIVE,
    )
    case.approved_by(who.priya, 2).approved_by(who.mara, 3)

    def take_back() -> None:
        granted = select(Grant).where(Grant.bot_id == bot.id)
        revoke(who.jonas, db.session.scalars(granted).one(), MOVED)

    stage.story.at(moment + timedelta(days=5), take_back)


def look_ups(stage: Stage, moment: datetime, type_: WorkflowType) -> None:
    """In force, for a quarter of a year."""
    who, until = stage.people, stage.story.today + timedelta(days=90)
    case = ask(
        stage,
        moment,
        who.lena,
        stage.bots.break_ins,
        type_,
        kind=GrantKind.NETWORK,
        hosts=["rdap.example.org"],
        until=until.date(),
        why=LOOK_UP,
    )
    case.approved_by(who.priya, 3, "One host, and it only answers.")
    case.approved_by(who.jonas, 4)


def token(stage: Stage, moment: datetime, type_: WorkflowType) -> None:
    """Under vote: Jonas is for it, the others have not said."""
    who = stage.people
    case = ask(
        stage,
        moment,
        who.lena,
        stage.bots.tickets,
        type_,
        kind=GrantKind.SECRET,
        secret=TOKEN,
        why=EXPORT,
    )
    case.approved_by(who.jonas, 2, "The token reads, and no more.")
