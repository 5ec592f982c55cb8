"""Prove who somebody is; start, confirm, refresh and end their sessions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, update

from dashboard.audit import Entry, Result, append, audited, origin
from dashboard.auth.delays import (
    TooManyTries,
    by_name,
    by_owner,
    counters,
    forgive,
    wait_of,
)
from dashboard.auth.schemas import PasswordChangeIn
from dashboard.clock import now
from dashboard.errors import Denied, Invalid
from dashboard.extensions import begin_writing, db
from dashboard.permissions import SYSTEM, Actor, Permission, require
from dashboard.users.models import User, UserSession, account, with_password
from dashboard.users.passwords import hashed, is_outdated

WRONG = "That email and password do not match."


def sign_in(name: str, password: str) -> UserSession | None:
    """A session for whoever this is; None when name and password do not match."""
    keys = by_name(name)
    take_turn(keys, name)
    user, right = with_password(name, password)
    if user is None or not right:
        refuse(Permission.SESSION_START, user, WRONG, email=name)
        return None
    return start_session(user, password, keys)


def start_session(user: User, password: str, keys: Sequence[str]) -> UserSession:
    proven = user.password_hash
    renewed = hashed(password) if is_outdated(proven) else proven
    source = origin.get()
    with audited(user, Permission.SESSION_START, user):
        if user.password_hash != proven or not user.is_active:
            raise Denied("The account was changed meanwhile. Sign in again.")
        user.password_hash = renewed
        user.last_login_at = now()
        started = UserSession(
            user=user, address=source.address, agent=source.agent[:300]
        )
        db.session.add(started)
        db.session.execute(delete(UserSession).where(~UserSession.are_live()))
        forgive(keys)
    return started


def take_turn(keys: Sequence[str], name: str) -> None:
    """Count the try before the password is looked at: many at once are not all free.

    While somebody must wait no password is looked at, and only the first such try
    is written down, so that a flood fills neither the processor nor the trail.
    """
    begin_writing()
    counted = counters(keys)
    until = wait_of(counted)
    if until is None:
        for counter in counted:
            counter.count()
        db.session.commit()
        return
    is_news = not all(each.is_noted for each in counted if each.is_waiting)
    for counter in counted:
        counter.is_noted = counter.is_waiting
    db.session.commit()
    wait = TooManyTries(until)
    if is_news:
        refuse(Permission.SESSION_START, account(name), str(wait), email=name)
    raise wait


def refuse(action: Permission, user: User | None, reason: str, **detail: Any) -> None:
    """Write down a try that opened nothing; of somebody unknown, by the system."""
    begin_writing()
    told = {"reason": reason, **detail}
    entry = Entry(user or SYSTEM, action, user, Result.REFUSED, told)
    append(db.session(), [entry])
    db.session.commit()


def prove(user: User, password: str, field: str) -> None:
    """Somebody signed in shows that they know the password, too."""
    keys = by_owner(user)
    take_turn(keys, user.email)
    if not user.has_password(password):
        refuse(Permission.PROFILE_WRITE, user, "The password was wrong.")
        raise Invalid({field: "That is not your password."})
    begin_writing()
    forgive(keys)
    db.session.commit()


def confirm(session: UserSession, password: str) -> None:
    prove(session.user, password, "password")
    begin_writing()
    mine = update(UserSession).where(UserSession.id == session.id)
    db.session.execute(mine.values(confirmed_at=now()))
    db.session.commit()


def change_password(session: UserSession, wanted: PasswordChangeIn) -> None:
    """A new password for oneself; every other session ends."""
    user = session.user
    prove(user, wanted.current, "current")
    if wanted.again != wanted.new:
        raise Invalid({"again": "The two passwords differ."})
    if weakness := user.weakness_of(wanted.new):
        raise Invalid({"new": weakness})
    password_hash = hashed(wanted.new)
    with audited(user, Permission.PROFILE_WRITE, user) as entry:
        user.password_hash = password_hash
        ended = UserSession.end_all(user, keep=session.id)
        entry.about(user, sessions_ended=ended)


def end_session(actor: Actor, session: UserSession, reason: str = "") -> None:
    """End a session; that somebody else just ended it is no mistake."""
    with audited(actor, Permission.SESSION_END) as entry:
        require(actor, Permission.SESSION_END, session)
        db.session.execute(delete(UserSession).where(UserSession.id == session.id))
        told = {"reason": reason} if reason else {}
        entry.about(session.user, device=session.device, **told)


def end_others(session: UserSession) -> int:
    with audited(session.user, Permission.SESSION_END) as entry:
        ended = UserSession.end_all(session.user, keep=session.id)
        entry.about(session.user, sessions_ended=ended)
    return ended


def hand_out(session: UserSession) -> str:
    """The refresh token of a session that was started through the API."""
    begin_writing()
    token = session.rotate()
    db.session.commit()
    return token


def refresh(token: str) -> tuple[UserSession, str] | None:
    """The session again and its next refresh token; an old one ends the session."""
    begin_writing()
    found = UserSession.refreshed_by(token)
    if found is None:
        return None
    session, is_last = found
    if not is_last:
        end_session(session.user, session, "A refresh token was used a second time.")
        return None
    following = session.rotate()
    db.session.commit()
    return session, following


def sign_out(token: str) -> None:
    """End the session a refresh token belongs to; an unknown one is no mistake."""
    begin_writing()
    found = UserSession.refreshed_by(token)
    if found is not None:
        session, _ = found
        end_session(session.user, session)
