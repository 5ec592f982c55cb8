"""What a step may reach beyond its sandbox, by the grants in force."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.grants.models import Grant, GrantKind, StoredSecret
from dashboard.sealing import unseal


@dataclass(frozen=True)
class Reach:
    """Whose, whether there is a way out, and the secrets by name, opened."""

    bot_id: UUID
    version_id: UUID
    has_network: bool = False
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


def reach_of(bot_id: UUID, version_id: UUID, at: datetime) -> Reach:
    """Look it up, and open what is sealed: only a worker calls this, for one step."""
    wanted = (
        select(Grant.kind, StoredSecret)
        .outerjoin(Grant.secret)
        .where(Grant.reaching(bot_id, version_id, at))
    )
    granted = db.session.execute(wanted).all()
    opened = {
        secret.name: unseal(secret.sealed_value, secret)
        for _, secret in granted
        if secret is not None
    }
    has_network = any(kind is GrantKind.NETWORK for kind, _ in granted)
    return Reach(bot_id, version_id, has_network, opened)


def hosts_in_force(reach: Reach, at: datetime) -> set[str]:
    """The hosts it may ask at this moment: a grant may have been revoked meanwhile."""
    wanted = select(Grant.hosts).where(
        Grant.reaching(reach.bot_id, reach.version_id, at),
        Grant.kind == GrantKind.NETWORK,
    )
    return {host for hosts in db.session.scalars(wanted) for host in hosts}
