"""Who is responsible: the type's own council, or the one that has its domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dashboard.councils.models import Council
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType


@dataclass(frozen=True)
class Route:
    """The council that decides, and what was looked at to find it."""

    council: Council
    reasons: list[str]

    def as_json(self) -> dict[str, Any]:
        return {"reasons": self.reasons}


def responsible(type_: WorkflowType) -> Route:
    """The council that decides on this type now, or a refusal that says what helps."""
    if own := type_.council:
        archived = ", which is archived" if own.is_archived else ""
        return Route(own, [f"{type_.name} names {own.name} itself{archived}."])
    if not type_.domain:
        raise nobody(type_, "It names no council and has no domain.")
    reasons = [f"{type_.name} names no council: its domain {type_.domain} decides."]
    ways = lineage(type_.domain)
    having = held(ways)
    for domain in ways:
        if having[domain]:
            chosen = having[domain][0]
            reasons += [because(chosen, domain, type_.domain), *others(having, domain)]
            return Route(chosen, reasons)
        reasons.append(f"No council has {domain}.")
    raise nobody(type_, f"No council has {type_.domain}, nor a domain above it.")


def lineage(domain: str) -> list[str]:
    """The domain and everything above it, closest first."""
    parts = domain.split(".")
    return [".".join(parts[:length]) for length in range(len(parts), 0, -1)]


def held(domains: Sequence[str]) -> dict[str, list[Council]]:
    """The councils in office that have each of these domains, oldest first."""
    councils = db.session.scalars(
        select(Council)
        .where(Council.archived_at.is_(None))
        .order_by(Council.created_at, Council.id)
    ).all()
    return {
        domain: [council for council in councils if domain in council.domains]
        for domain in domains
    }


def because(chosen: Council, domain: str, wanted: str) -> str:
    if domain == wanted:
        return f"{chosen.name} has {domain}: it decides."
    return f"{chosen.name} has {domain}, the closest domain above: it decides."


def others(having: dict[str, list[Council]], domain: str) -> list[str]:
    """Who was considered as well, and why they do not decide."""
    chosen, *younger = having[domain]
    found = [
        f"{council.name} has {domain} too, but {chosen.name} is the older council."
        for council in younger
    ]
    named = {council.id for council in having[domain]}
    for wider in lineage(domain)[1:]:
        for council in having[wider]:
            if council.id not in named:
                named.add(council.id)
                found.append(f"{council.name} has only {wider}, which is further off.")
    return found


def nobody(type_: WorkflowType, why: str) -> Invalid:
    sentence = (
        f"No council is responsible for {type_.name}. {why} Ask an admin to name a "
        "council for this type, or to give a council its domain."
    )
    return Invalid({"type_id": sentence})
