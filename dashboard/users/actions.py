"""Add, change and deactivate people; issue and revoke API keys."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.clock import now
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission, can
from dashboard.users.models import ApiKey, User, UserSession
from dashboard.users.passwords import generated, hashed
from dashboard.users.schemas import KeyIn, UserChange, UserEdit, UserIn
from dashboard.users.wording import scopes_of
from dashboard.workflows import jobs

P = Permission


def create_user(actor: Actor, wanted: UserIn) -> User:
    user = User(**wanted.model_dump(exclude={"password"}))
    if wanted.password is not None:
        refuse_weak(user, wanted.password)
    password_hash = hashed(wanted.password or generated())
    with audited(actor, P.USER_WRITE) as entry:
        check_free(user, "username", wanted.username)
        check_free(user, "email", wanted.email)
        user.password_hash = password_hash
        db.session.add(user)
        db.session.flush()
        entry.about(user)
    return user


def update_user(actor: Actor, user: User, wanted: UserEdit) -> User:
    """Change who somebody is; another role or being out ends their sessions."""
    with audited(actor, P.USER_WRITE) as entry:
        entry.about(user)
        admins = User.lock_admins()
        db.session.refresh(user, with_for_update=True)
        check_free(user, "email", wanted.email)
        before = (user.role, user.is_active)
        user.name, user.email = wanted.name, wanted.email
        user.become(wanted.role, other_admins=len(admins - {user.id}))
        if isinstance(wanted, UserChange) and wanted.is_active is not None:
            admit(user, wanted.is_active, admins)
        if (user.role, user.is_active) != before:
            entry.about(user, sessions_ended=UserSession.end_all(user))
    if not user.may_vote:
        jobs.advance_votes_of(user.id)
    return user


def set_active(actor: Actor, user: User, is_active: bool) -> None:
    with audited(actor, P.USER_WRITE) as entry:
        entry.about(user)
        admins = User.lock_admins()
        db.session.refresh(user, with_for_update=True)
        admit(user, is_active, admins)
        entry.about(user, sessions_ended=UserSession.end_all(user))
    if not user.may_vote:
        jobs.advance_votes_of(user.id)


def admit(user: User, is_active: bool, admins: Collection[object]) -> None:
    if is_active:
        user.is_active = True
    else:
        user.leave(other_admins=len(set(admins) - {user.id}))


def set_password(actor: Actor, user: User, password: str) -> None:
    """Reset somebody's password; they are signed out everywhere."""
    refuse_weak(user, password)
    password_hash = hashed(password)
    with audited(actor, P.USER_WRITE, user) as entry:
        user.password_hash = password_hash
        entry.about(user, sessions_ended=UserSession.end_all(user))


def refuse_weak(user: User, password: str) -> None:
    if weakness := user.weakness_of(password):
        raise Invalid({"password": weakness})


def check_free(user: User, field: str, wanted: str) -> None:
    """A sentence beside the field; under a race the database has the last word."""
    column = getattr(User, field)
    taken = select(User.id).where(column == wanted, User.id != user.id)
    with db.session.no_autoflush:
        if db.session.scalar(taken):
            raise Invalid({field: f"Somebody else has this {field}."})


def issue_key(
    actor: Actor,
    owner: User,
    wanted: KeyIn,
    *,
    within: Collection[str] = frozenset(Permission),
) -> tuple[ApiKey, str]:
    """A key of the owner's, and its text to show once.

    It grants what the owner's role grants, and no more than `within`: a key
    cannot make a stronger one.
    """
    with audited(actor, P.KEY_WRITE) as entry:
        entry.about(owner)
        if owner.id != actor.id and not can(actor, P.USER_WRITE, owner):
            raise Denied("A key is created by its owner, or by an admin for them.")
        if not owner.is_active:
            raise RuleBroken(f"{owner.name} is deactivated and cannot have a new key.")
        check_scopes(wanted.scopes, owner, within)
        expires_at = now() + timedelta(days=wanted.days) if wanted.days else None
        key, secret = ApiKey.issue(owner, wanted.name, wanted.scopes, expires_at)
        entry.about(key, owner=owner.name)
    return key, secret


def check_scopes(
    wanted: Collection[Permission], owner: User, within: Collection[str]
) -> None:
    allowed = {each for each in scopes_of(owner.role) if each in within}
    if beyond := sorted(set(wanted) - allowed):
        raise Invalid(
            {"scopes": f"This key cannot grant {', '.join(beyond)}. Leave it out."}
        )


def revoke_key(actor: Actor, key: ApiKey) -> None:
    with audited(actor, P.KEY_WRITE, key):
        key.revoke()
