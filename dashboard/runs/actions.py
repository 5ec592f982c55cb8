"""Start a bot on its own, and stop a run."""

from collections.abc import Mapping
from typing import Any

from dashboard.audit import audited
from dashboard.bots.models import Bot, BotVersion
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.permissions import Actor, Permission, require
from dashboard.runs.brake import refuse_frozen
from dashboard.runs.models import Execution, Run, RunFile, RunStatus, Trigger
from dashboard.runs.reconcile import settle


def start_bot(
    actor: Actor,
    bot: Bot,
    inputs: dict[str, Any],
    files: Mapping[str, bytes],
    trigger: Trigger,
) -> Run:
    """Queue a run of the bot's active version, without a vote."""
    with audited(actor, Permission.BOT_RUN, bot) as entry:
        if not bot.can_run:
            raise RuleBroken(
                f"{bot.name} is {bot.status.value}. Only an active bot can be run."
            )
        refuse_frozen()
        version = BotVersion.active_of(bot.id)
        run = Run(
            bot_id=bot.id,
            started_by_id=actor.id,
            trigger=trigger,
            inputs=inputs,
            files=[
                RunFile(name=name, blob_id=Blob.keep(content).id)
                for name, content in files.items()
            ],
            steps=[Execution(position=1, bot_id=bot.id, bot_version_id=version.id)],
        )
        db.session.add(run)
        entry.about(run, bot=bot.name, version=version.number)
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
