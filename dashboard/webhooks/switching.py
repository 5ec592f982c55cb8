"""Switching endpoints off without being asked: somebody is told why."""

from dashboard.audit import audited
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.permissions import SYSTEM, Permission
from dashboard.webhooks import telling
from dashboard.webhooks.models import Endpoint


class OffAlready(Exception):
    """Somebody was faster, and there is nothing left to switch off."""


def switch_off(endpoint: Endpoint, why: str) -> None:
    """Send this endpoint nothing more until a person has looked; open an incident."""
    try:
        with audited(SYSTEM, Permission.WEBHOOK_WRITE, endpoint) as entry:
            if not endpoint.is_on:
                raise OffAlready
            at = database_now(db.session())
            endpoint.switch(on=False, why=why)
            incident = Incident(
                kind=IncidentKind.ENDPOINT,
                endpoint=endpoint,
                summary=f"{endpoint.name} was switched off. {why}",
                opened_at=at,
            )
            db.session.add(incident)
            entry.about(endpoint, verb="switch_off", reason=why)
            telling.told_incident(incident, at)
    except OffAlready:
        return
