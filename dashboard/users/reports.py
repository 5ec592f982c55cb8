"""What the page of one person shows beside the person."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select

from dashboard.clock import now
from dashboard.councils.models import Council, Membership
from dashboard.extensions import db
from dashboard.users.models import ApiKey, User, UserSession


def seats_of(user: User) -> Sequence[Row[Any]]:
    """The councils somebody sits on."""
    shown: list[Any] = [Council.id, Council.name, Membership.role, Membership.weight]
    seats = (
        select(*shown)
        .join(Membership, Membership.council_id == Council.id)
        .where(Membership.user_id == user.id, Council.archived_at.is_(None))
    )
    return db.session.execute(seats.order_by(Council.name)).all()


def doors_of(user: User) -> Row[int, int]:
    """How many sessions and keys open the house to somebody now."""
    sessions = select(func.count(UserSession.id)).where(
        UserSession.user_id == user.id, UserSession.are_live()
    )
    keys = select(func.count(ApiKey.id)).where(
        ApiKey.user_id == user.id,
        ApiKey.revoked_at.is_(None),
        (ApiKey.expires_at.is_(None)) | (ApiKey.expires_at > now()),
    )
    return db.session.execute(
        select(
            sessions.scalar_subquery().label("sessions"),
            keys.scalar_subquery().label("keys"),
        )
    ).one()


def owner_names() -> Sequence[Row[UUID, str]]:
    """Whoever has a key, for the filter above the list."""
    owners = select(User.id, User.name).where(User.id.in_(select(ApiKey.user_id)))
    return db.session.execute(owners.order_by(User.name).limit(200)).all()
