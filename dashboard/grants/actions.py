"""Revoke grants; add, replace and delete stored secrets."""

from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.grants.models import Grant, StoredSecret
from dashboard.grants.schemas import SecretIn
from dashboard.permissions import Permission
from dashboard.sealing import seal
from dashboard.users.models import User


def revoke(actor: User, grant: Grant, reason: str) -> Grant:
    """End a grant at once: the next step gets nothing by it, the next call neither."""
    with audited(actor, Permission.GRANT_WRITE, grant) as entry:
        grant.revoke(actor, reason, database_now(db.session()))
        entry.about(grant, verb="revoke", reason=reason)
    return grant


def add_secret(actor: User, wanted: SecretIn) -> StoredSecret:
    with audited(actor, Permission.SECRET_WRITE) as entry:
        taken = select(StoredSecret.id).where(StoredSecret.name == wanted.name)
        if db.session.scalar(taken):
            raise Invalid({"name": "Another secret has this name."})
        secret = StoredSecret(
            id=uuid7(),  # it is sealed for its id
            name=wanted.name,
            description=wanted.description,
            created_by=actor,
        )
        secret.sealed_value = seal(wanted.secret, secret)
        db.session.add(secret)
        entry.about(secret)
    return secret


def replace_secret(actor: User, secret: StoredSecret, value: str) -> StoredSecret:
    """Every bot that it was granted to gets the new value from its next step on."""
    with audited(actor, Permission.SECRET_WRITE, secret) as entry:
        secret.sealed_value = seal(value, secret)
        secret.changed_at = database_now(db.session())
        entry.about(secret, verb="replace")
    return secret


def delete_secret(actor: User, secret: StoredSecret) -> None:
    """For good; the grants of it that are over keep their place in the lists."""
    with audited(actor, Permission.SECRET_WRITE, secret) as entry:
        at = database_now(db.session())
        given = select(Grant).where(Grant.secret_id == secret.id)
        grants = db.session.scalars(given.with_for_update()).all()
        if held := [grant for grant in grants if grant.is_in_force(at)]:
            raise RuleBroken(
                f"{secret.name} is granted to {held[0].bot}. Revoke that grant first."
            )
        for grant in grants:
            grant.secret = None
        entry.about(secret, verb="delete")
        db.session.flush()
        db.session.delete(secret)
