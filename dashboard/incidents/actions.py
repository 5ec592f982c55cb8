"""See to an incident: acknowledge it, release the bot."""

from uuid import UUID

from dashboard.audit import audited
from dashboard.bots.models import Bot
from dashboard.clock import database_now
from dashboard.errors import DomainError, RuleBroken
from dashboard.extensions import db
from dashboard.incidents import reports
from dashboard.incidents.models import Incident, IncidentKind
from dashboard.permissions import Permission
from dashboard.users.models import User


def acknowledge(actor: User, incident: Incident, note: str) -> Incident:
    """Say that somebody looks after it."""
    with audited(actor, Permission.INCIDENT_WRITE, incident) as entry:
        if incident.acknowledged_at:
            raise RuleBroken("Somebody has acknowledged this incident already.")
        mark(incident, actor, note)
        entry.about(incident, note=note)
    return incident


def acknowledge_several(
    actor: User, incidents: list[Incident], note: str
) -> tuple[list[UUID], list[tuple[Incident, str]]]:
    """Each by itself: one that is refused does not keep the others."""
    done, refused = [], []
    for incident in incidents:
        try:
            done.append(acknowledge(actor, incident, note).id)
        except DomainError as error:
            refused.append((incident, str(error)))
    return done, refused


def release(actor: User, bot: Bot, note: str) -> Bot:
    """Let a bot start again; what waited for it starts with the next free worker."""
    with audited(actor, Permission.BOT_WRITE, bot) as entry:
        if not bot.is_quarantined:
            raise RuleBroken(f"{bot.name} is not in quarantine; nothing was changed.")
        bot.quarantined_at = bot.resume_at = None
        bot.failures_in_row = 0
        at = database_now(db.session())
        for incident in reports.unresolved(bot.id):
            incident.resolved_at = at
            if incident.acknowledged_at is None:
                mark(incident, actor, note)
        entry.about(bot, event="release", note=note)
    return bot


def release_of(actor: User, incident: Incident, note: str) -> None:
    """Release the bot that an incident is about."""
    if incident.kind is not IncidentKind.QUARANTINE or incident.bot is None:
        raise RuleBroken("This is about an endpoint. Switch the endpoint on instead.")
    release(actor, incident.bot, note)


def mark(incident: Incident, actor: User, note: str) -> None:
    incident.acknowledged_at = database_now(db.session())
    incident.acknowledged_by_id = actor.id
    incident.note = note
