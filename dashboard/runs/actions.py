"""Start a bot on its own, stop a run, and say that one was looked at."""

from collections.abc import Mapping
from typing import Any

from dashboard.audit import audited
from dashboard.bots.models import Bot
from dashboard.clock import database_now, now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.permissions import Actor, Permission, require
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.runs.placing import Order, place
from dashboard.runs.reconcile import settle
from dashboard.users.models import User


def start_bot(
    actor: Actor,
    bot: Bot,
    inputs: dict[str, Any],
    files: Mapping[str, bytes],
    trigger: Trigger,
) -> Run:
    """Queue a run of the bot's active version, without a vote."""
    with audited(actor, Permission.BOT_RUN, bot) as entry:
        order = Order(
            trigger=trigger,
            inputs=inputs,
            files={name: Blob.keep(content).id for name, content in files.items()},
        )
        run = place(actor, bot, order)
        entry.about(run, bot=bot.name, version=run.steps[0].program.number)
    return run


def cancel_run(actor: Actor, run: Run, reason: str = "") -> Run:
    """Ask the run to stop: at once if it waits, within two seconds if it runs."""
    with audited(actor, Permission.RUN_CANCEL, run) as entry:
        if run.status.is_final:
            raise RuleBroken("This run is over; there is nothing left to stop.")
        require(actor, Permission.RUN_CANCEL, run)  # it may have begun meanwhile
        if run.is_emergency and not reason:
            raise Invalid({"reason": "Say why you stop what a council let run."})
        if run.cancel_requested_at is None:
            run.cancel_requested_at = now()
            run.error = f"Stopped by {actor.name}: {reason}" if reason else ""
        entry.about(run, reason=reason)
    if run.status is RunStatus.QUEUED:
        settle(run.id)
    return run


def acknowledge_run(actor: User, run: Run, note: str) -> Run:
    """Say that somebody looked at what went wrong, so that it waits for nobody."""
    with audited(actor, Permission.RUN_ACKNOWLEDGE, run) as entry:
        run.acknowledge(actor, note, database_now(db.session()))
        entry.about(run, reason=note)
    return run
