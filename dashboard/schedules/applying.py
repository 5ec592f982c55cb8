"""Let a schedule run its bot, if both are still what the council judged."""

from datetime import datetime
from typing import Any
from uuid import UUID

from dashboard.audit import audited, digest
from dashboard.clock import database_now
from dashboard.extensions import db
from dashboard.permissions import SYSTEM, Permission
from dashboard.schedules.approval import content_of
from dashboard.schedules.models import Schedule
from dashboard.schedules.proposing import KIND
from dashboard.workflow_types.models import TypeKind
from dashboard.workflows.changes import ChangeKind, Impossible
from dashboard.workflows.models import Workflow

AGAIN = "Propose the approval again."


def apply_approval(workflow: Workflow) -> None:
    """Inside the transaction that ends the run; no council is changed."""
    change = workflow.change or {}
    schedule = db.session.get(Schedule, UUID(change["schedule_id"]))
    if schedule is None:
        raise Impossible("The schedule that this would approve is gone.")
    with audited(SYSTEM, Permission.SCHEDULE_WRITE, schedule) as entry:
        refuse_if_other(schedule, workflow, change)
        schedule.approval_id = workflow.id
        schedule.approved_version_id = workflow.steps[0].bot_version_id
        schedule.approved_hash = digest(change["content"])
        schedule.approved_until = datetime.fromisoformat(change["until"])
        entry.about(schedule, verb="vote", workflow=workflow.number)


def refuse_if_other(
    schedule: Schedule, workflow: Workflow, change: dict[str, Any]
) -> None:
    """The schedule is locked and read afresh: only what was judged may run."""
    if schedule.is_archived:
        raise Impossible(f"{schedule} was not approved: it is archived.")
    judged = [(step.bot_id, step.program.true_hash) for step in workflow.steps]
    wanted = change["content"]
    if judged != [(schedule.bot_id, wanted["version"])]:
        raise Impossible(
            f"{schedule} was not approved: {schedule.bot} got another version since "
            f"this was proposed. {AGAIN}"
        )
    if content_of(schedule, wanted["version"]) != wanted:
        raise Impossible(
            f"{schedule} was not approved: it was changed since this was proposed. "
            f"{AGAIN}"
        )
    if workflow.inputs != schedule.inputs:
        raise Impossible(
            f"{schedule} was not approved: the inputs of the proposal are not those "
            f"of the schedule. {AGAIN}"
        )
    if datetime.fromisoformat(change["until"]) <= database_now(db.session()):
        raise Impossible(f"{schedule} was not approved: the time asked for is over.")


def owners_of(workflow: Workflow) -> set[UUID]:
    """Whoever owns the bot, or the schedule in whose name it would run."""
    change = workflow.change or {}
    schedule = db.session.get(Schedule, UUID(change["schedule_id"]))
    return {schedule.owner_id, schedule.bot.owner_id} if schedule else set()


CHANGE = ChangeKind(
    name=KIND,
    label="Standing approval of a schedule",
    template="schedules/_change.html",
    type_kind=TypeKind.WORK,
    apply=apply_approval,
    cause_of=owners_of,
)
