"""Run a bot again with what it was given: its code of then, or its code of now."""

from sqlalchemy import select

from dashboard.audit import audited
from dashboard.bots.models import BotVersion, RunPolicy
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.permissions import Actor, Permission
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.runs.placing import Order, place
from dashboard.runs.schemas import Which

LIVE = (RunStatus.QUEUED, RunStatus.RUNNING)
OF_A_VOTE = "An approval buys one run. To run it again, propose it again."
NEEDS_A_VOTE = "This bot runs only after a council's vote. Propose a workflow instead."
NOT_OVER = "This run is not over yet. Stop it first, or wait for its end."


def retry_run(actor: Actor, run: Run, which: Which, trigger: Trigger) -> Run:
    """Queue the same work once more; the run that is tried again stays as it is."""
    if why := why_not(run):
        raise RuleBroken(why)
    assert run.bot is not None  # noqa: S101  # why_not has looked
    with audited(actor, Permission.BOT_RUN, run.bot) as entry:
        refuse_twice(run)
        version = run.steps[0].version if which is Which.SAME else None
        again = place(
            actor,
            run.bot,
            Order(
                trigger=trigger,
                inputs=run.inputs,
                files={file.name: file.blob_id for file in run.files},
                version=version,
                retry_of_id=run.id,
            ),
        )
        entry.about(again, retry_of=run.id, version=again.steps[0].program.number)
    return again


def versions_of(run: Run) -> str:
    """Between which versions a retry chooses, in a sentence."""
    if run.bot is None or not run.steps:
        return ""
    then, today = run.steps[0].version_number, BotVersion.active_of(run.bot.id).number
    if then == today:
        return f"It ran v{then}, which is the active one now, too."
    return f"It ran v{then}; v{today} is active now."


def why_not(run: Run) -> str:
    """Why nobody may try this run again, in a sentence; empty if somebody may."""
    if run.bot is None:
        return OF_A_VOTE
    if run.bot.run_policy is RunPolicy.NOBODY:
        return NEEDS_A_VOTE
    return "" if run.status.is_final else NOT_OVER


def refuse_twice(run: Run) -> None:
    """The bot is locked: of two who press at once the second comes to know it."""
    live = select(Run).where(Run.retry_of_id == run.id, Run.status.in_(LIVE))
    if under_way := db.session.scalar(live.limit(1)):
        raise RuleBroken(f"It is being tried again already: {under_way}.")
