"""Who a bearer token stands for: an API key, or the short-lived token of a session."""

import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from flask import current_app
from sqlalchemy import Update, update

from dashboard.clock import now
from dashboard.extensions import begin_writing, db
from dashboard.permissions import Permission
from dashboard.users.models import ApiKey, User, UserSession

ALGORITHM = "HS256"
ACCESS = timedelta(minutes=15)
CLAIMS = ["sub", "sid", "exp", "iat", "jti"]
SENSITIVE = {Permission.USER_WRITE, Permission.KEY_WRITE}
"""What a session may do only shortly after its password was asked for."""


@dataclass(frozen=True)
class Bearer:
    """The owner of a token, and what it may be used for."""

    owner: User
    scopes: Collection[str]


def bearer(token: str) -> Bearer | None:
    if key := ApiKey.found(token):
        note_use(key)
        return Bearer(key.user, frozenset(key.scopes))
    if session := session_of(token):
        note_visit(session)
        held_back = set() if session.is_confirmed else SENSITIVE
        return Bearer(session.user, frozenset(session.user.grants) - held_back)
    return None


def access_token(session: UserSession, at: datetime | None = None) -> str:
    """A signed claim to a session. Ending the session kills it: no list of the dead."""
    issued = at or now()
    claims = {
        "sub": str(session.user_id),
        "sid": str(session.id),
        "iat": issued,
        "exp": issued + ACCESS,
        "jti": str(uuid4()),
    }
    import jwt  # few ever ask for one, and it brings a lot

    return jwt.encode(claims, signing_key(), ALGORITHM)


def session_of(token: str) -> UserSession | None:
    import jwt

    try:
        claims = jwt.decode(
            token, signing_key(), algorithms=[ALGORITHM], options={"require": CLAIMS}
        )
        id_ = UUID(claims["sid"])
    except (jwt.InvalidTokenError, ValueError):
        return None
    session = UserSession.live(id_)
    return session if session and str(session.user_id) == claims["sub"] else None


def signing_key() -> bytes:
    """A key for these tokens alone, made of the app's secret."""
    secret = current_app.config["SECRET_KEY"].encode()
    return hmac.digest(secret, b"quorum access token", hashlib.sha256)


def note_use(key: ApiKey) -> None:
    if is_old(key.last_used_at):
        used = update(ApiKey).where(ApiKey.id == key.id)
        stamp(used.values(last_used_at=now()))


def note_visit(session: UserSession) -> None:
    if is_old(session.seen_at):
        seen = update(UserSession).where(UserSession.id == session.id)
        stamp(seen.values(seen_at=now()))


def is_old(last: datetime | None) -> bool:
    """Noted at most once a minute: nobody should wait for a lock to read."""
    return last is None or now() - last >= timedelta(minutes=1)


def stamp(change: Update) -> None:
    begin_writing()
    db.session.execute(change)
    db.session.commit()
