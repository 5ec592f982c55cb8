"""Whether a schedule may run its bot: in its owner's right, or with an approval."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from dashboard.audit import digest
from dashboard.bots.models import BotVersion
from dashboard.errors import RuleBroken
from dashboard.permissions import Permission
from dashboard.runs.brake import refuse_frozen
from dashboard.schedules.models import Schedule


class Standing(StrEnum):
    """Where a schedule stands with the council that has to approve it."""

    UNNEEDED = "unneeded"
    MISSING = "missing"
    CHANGED = "changed"
    EXPIRED = "expired"
    GIVEN = "given"


SAID = {
    Standing.MISSING: "This bot runs only after a council's vote, and no council has "
    "approved this schedule.",
    Standing.CHANGED: "Changed since it was approved: propose it again.",
    Standing.EXPIRED: "Its approval has ended: propose it again.",
}
"""Why it does not run, and what to do about it."""


def content_of(schedule: Schedule, content_hash: str) -> dict[str, Any]:
    """Everything about it that a council judges; the name may change."""
    return {
        "bot": str(schedule.bot_id),
        "version": content_hash,
        "cron": schedule.cron,
        "timezone": schedule.timezone,
        "inputs": schedule.inputs,
        "overlap": schedule.overlap.value,
        "catch_up": schedule.catch_up.value,
    }


def digest_of(schedule: Schedule, content_hash: str) -> str:
    return digest(content_of(schedule, content_hash))


def standing_of(schedule: Schedule, at: datetime) -> Standing:
    """As the record says it; the worker reads the version's code as well."""
    version = schedule.approved_version
    if not schedule.needs_approval:
        return Standing.UNNEEDED
    if version is None or schedule.approved_until is None:
        return Standing.MISSING
    if digest_of(schedule, version.content_hash) != schedule.approved_hash:
        return Standing.CHANGED
    return Standing.GIVEN if at < schedule.approved_until else Standing.EXPIRED


def version_to_run(schedule: Schedule) -> BotVersion | None:
    """Exactly the approved one; without a need to approve, the one active then."""
    return schedule.approved_version if schedule.needs_approval else None


def why_not(schedule: Schedule, at: datetime) -> str:
    """Why it may not start its bot at this moment, in a sentence."""
    bot, owner = schedule.bot, schedule.owner
    if not owner.is_active:
        return f"{owner.name}, in whose name it runs, has no active account any more."
    if Permission.BOT_RUN not in owner.grants:
        return f"{owner.name}, in whose name it runs, may not start bots any more."
    if not bot.can_run:
        return f"{bot.name} cannot be run: it is {bot.state}."
    if why := SAID.get(standing_of(schedule, at)):
        return why
    if is_tampered(version_to_run(schedule)):
        return "The approved version is not what was saved: its content was changed."
    return while_frozen()


def why_not_begin(schedule: Schedule, version_id: UUID, at: datetime) -> str:
    """Why what it queued may not begin: the council's word may be gone by now."""
    until = schedule.approved_until
    if not schedule.needs_approval:
        return ""
    if schedule.approved_version_id != version_id or until is None:
        return "The approval by which the schedule queued this was taken back."
    return "The approval of the schedule ended first." if until <= at else ""


def is_tampered(version: BotVersion | None) -> bool:
    return version is not None and version.true_hash != version.content_hash


def while_frozen() -> str:
    try:
        refuse_frozen()
    except RuleBroken as error:
        return str(error)
    return ""
