"""Ask a council to let a bot reach something beyond its sandbox."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.grants.hosts import why_not
from dashboard.grants.models import KIND, GrantKind, StoredSecret
from dashboard.grants.schemas import GrantIn, HoldsFor
from dashboard.permissions import Permission, require
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowIn

NAMES = {GrantKind.NETWORK: "network", GrantKind.SECRET: "the secret"}
DAY = timedelta(days=1)


def ask_for_grant(actor: User, bot: Bot, wanted: GrantIn) -> Workflow:
    """A draft of the type that was chosen; its run makes the grant."""
    require(actor, Permission.GRANT_WRITE)
    require(actor, Permission.BOT_WRITE, bot)
    if bot.is_archived:
        raise RuleBroken(f"{bot.name} is archived. Restore it first.")
    check_type(wanted)
    change = change_to(bot, BotVersion.active_of(bot.id), wanted)
    asked = WorkflowIn(
        title=f"Grant {NAMES[wanted.kind]} {what(change)} to {bot.name}"[:120],
        description=wanted.why,
        type_id=wanted.type_id,
    )
    return actions.propose(actor, asked, {}, change=change)


def check_type(wanted: GrantIn) -> None:
    type_ = db.session.get(WorkflowType, wanted.type_id)
    if type_ is None or not type_.decides_grants or type_.is_archived:
        raise Invalid({"type_id": "Choose a type that decides on grants."})


def change_to(bot: Bot, version: BotVersion, wanted: GrantIn) -> dict[str, Any]:
    """What is judged: who would be allowed what, at which version, for how long."""
    of_version = wanted.holds_for is HoldsFor.VERSION
    secret = secret_of(wanted)
    return {
        "kind": KIND,
        "grant": wanted.kind.value,
        "bot_id": str(bot.id),
        "bot_name": bot.name,
        "hosts": hosts_of(wanted),
        "secret_id": str(secret.id) if secret else None,
        "secret_name": secret.name if secret else None,
        "version_id": str(version.id) if of_version else None,
        "version": version.number if of_version else None,
        "content": version.content_hash if of_version else None,
        "until": end_of(wanted.until).isoformat() if wanted.until else None,
    }


def what(change: dict[str, Any]) -> str:
    return change["secret_name"] or ", ".join(change["hosts"])


def hosts_of(wanted: GrantIn) -> list[str]:
    if wanted.kind is not GrantKind.NETWORK:
        if wanted.hosts:
            raise Invalid({"hosts": "Leave this empty where a secret is asked for."})
        return []
    if not wanted.hosts:
        raise Invalid({"hosts": "Name at least one host."})
    for place, host in enumerate(wanted.hosts):
        if said := why_not(host, current_app.config["OUTBOUND_ALLOW"]):
            raise Invalid({f"hosts.{place}": said})
    return wanted.hosts


def secret_of(wanted: GrantIn) -> StoredSecret | None:
    if wanted.kind is not GrantKind.SECRET:
        if wanted.secret:
            raise Invalid({"secret": "Leave this empty where network is asked for."})
        return None
    known = select(StoredSecret).where(StoredSecret.name == wanted.secret)
    secret = db.session.scalar(known)
    if secret is None:
        raise Invalid(
            {"secret": "No secret has this name. An admin adds it under Secrets."}
        )
    return secret


def end_of(day: date) -> datetime:
    """The first moment after this day; a day that is over grants nothing."""
    end = datetime.combine(day, time(), UTC) + DAY
    if end <= now():
        raise Invalid({"until": "Choose a day that is not over."})
    return end
