"""Make an approved grant, if what was judged is still there to be granted."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dashboard.audit import audited
from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.grants.models import KIND, Grant, GrantKind, StoredSecret
from dashboard.permissions import SYSTEM, Permission
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.changes import ChangeKind, Impossible
from dashboard.workflows.models import Workflow


def apply_grant(workflow: Workflow) -> None:
    """Inside the transaction that ends the run."""
    change = workflow.change or {}
    at = database_now(db.session())
    refuse_if_other(workflow)
    until = datetime.fromisoformat(change["until"]) if change["until"] else None
    if until and until <= at:
        raise Impossible(
            "Nothing was granted: the day until which it should hold is over."
        )
    with audited(SYSTEM, Permission.GRANT_WRITE) as entry:
        grant = Grant(
            bot=bot_of(change),
            kind=GrantKind(change["grant"]),
            hosts=change["hosts"],
            secret=secret_of(change),
            version=version_of(change),
            workflow=workflow,
            granted_at=at,
            until=until,
        )
        db.session.add(grant)
        db.session.flush()
        entry.about(grant, verb="vote", workflow=workflow.number)


def refuse_if_other(workflow: Workflow) -> None:
    """Who decides on grants may have changed since this was proposed."""
    if not workflow.type.decides_grants:
        raise Impossible(
            f"Nothing was granted: {workflow.type.name} decides on no grants any more."
        )
    if workflow.type.council_id != workflow.council_id:
        raise Impossible(
            "Nothing was granted: another council decides on grants by now. Ask again."
        )


def bot_of(change: dict[str, Any]) -> Bot:
    bot = db.session.get(Bot, UUID(change["bot_id"]), with_for_update=True)
    if bot is None or bot.is_archived:
        raise Impossible(f"Nothing was granted: {change['bot_name']} is archived.")
    return bot


def version_of(change: dict[str, Any]) -> BotVersion | None:
    if change["version_id"] is None:
        return None
    version = db.session.get(BotVersion, UUID(change["version_id"]))
    if version is None or version.true_hash != change["content"]:
        raise Impossible(
            f"Nothing was granted: version {change['version']} of "
            f"{change['bot_name']} is not what was judged."
        )
    return version


def secret_of(change: dict[str, Any]) -> StoredSecret | None:
    if change["secret_id"] is None:
        return None
    id_ = UUID(change["secret_id"])
    secret = db.session.get(StoredSecret, id_, with_for_update=True)
    if secret is None or secret.name != change["secret_name"]:
        raise Impossible(
            f"Nothing was granted: the secret {change['secret_name']} was deleted."
        )
    return secret


def owner_of(workflow: Workflow) -> set[UUID]:
    """Whoever owns the bot gains by what it may reach."""
    change = workflow.change or {}
    bot = db.session.get(Bot, UUID(change["bot_id"]))
    return {bot.owner_id} if bot else set()


CHANGE = ChangeKind(
    name=KIND,
    label="Grant to a bot",
    template="grants/_change.html",
    type_kind=TypeKind.GOVERNANCE,
    apply=apply_grant,
    cause_of=owner_of,
)
