"""Schedules as JSON."""

from typing import Any
from uuid import UUID

from apiflask import EmptySchema
from flask import abort, g, url_for

from dashboard.api import api_blueprint
from dashboard.bots.schemas import StartedRun
from dashboard.clock import now
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.runs.models import Run, Trigger
from dashboard.schedules import actions, pages, reports
from dashboard.schedules.approval import standing_of
from dashboard.schedules.models import Schedule, ScheduleSlot
from dashboard.schedules.proposing import propose_approval
from dashboard.schedules.schemas import (
    ApprovalIn,
    ProposedOut,
    ScheduleFacts,
    ScheduleIn,
    ScheduleOut,
    SchedulePatch,
    ScheduleQuery,
    ScheduleRow,
    SlotOut,
    Times,
    TimesOut,
)
from dashboard.schemas import Page, PageQuery, Schema, patched
from dashboard.workflows.models import Workflow

Headers = dict[str, str]

bp = api_blueprint("schedules", __name__)


@bp.get("")
@needs(Permission.SCHEDULE_READ)
@bp.input(ScheduleQuery, location="query")
@bp.output(Page[ScheduleRow])
def index(query_data: ScheduleQuery) -> Rows:
    """List the schedules you may see, newest first; archived ones only if asked for."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Schedule.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.SCHEDULE_WRITE)
@bp.input(ScheduleIn)
@bp.output(ScheduleOut, status_code=201)
def create(json_data: ScheduleIn) -> tuple[dict[str, Any], int, Headers]:
    """Let a bot run by itself; whoever makes the schedule answers for its runs."""
    schedule = actions.create_schedule(g.actor, json_data)
    where = {"Location": url_for(".show", schedule_id=schedule.id)}
    return shown(schedule.id), 201, where


@bp.post("/preview")
@needs(Permission.SCHEDULE_READ)
@bp.input(Times)
@bp.output(TimesOut)
def preview(json_data: Times) -> dict[str, Any]:
    """Read a cron expression: in words, and its next three times. Nothing is saved."""
    read = pages.meaning(json_data)
    return {"words": read.words, "next_times": read.times}


@bp.get("/<uuid:schedule_id>")
@needs(Permission.SCHEDULE_READ)
@bp.output(ScheduleOut)
def show(schedule_id: UUID) -> dict[str, Any]:
    """Get one schedule: its next times, its last one, and whether it is approved."""
    return shown(schedule_id)


@bp.patch("/<uuid:schedule_id>")
@needs(Permission.SCHEDULE_WRITE)
@bp.input(SchedulePatch)
@bp.output(ScheduleOut)
def update(schedule_id: UUID, json_data: Schema) -> dict[str, Any]:
    """Change only what the body names; other times or inputs need a new approval."""
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    wanted = patched(ScheduleFacts, schedule, json_data)
    actions.update_schedule(g.actor, schedule, wanted)
    return shown(schedule_id)


@bp.delete("/<uuid:schedule_id>")
@needs(Permission.SCHEDULE_WRITE)
@bp.output(EmptySchema, status_code=204)
def archive(schedule_id: UUID) -> str:
    """Archive a schedule: it starts nothing any more, and what it ran stays."""
    actions.archive_schedule(g.actor, find_for(g.actor, Schedule, schedule_id))
    return ""


@bp.get("/<uuid:schedule_id>/slots")
@needs(Permission.SCHEDULE_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[SlotOut])
def slots(schedule_id: UUID, query_data: PageQuery) -> Rows:
    """List its times, newest first, what became of each, and its run if you see it."""
    rows = reports.slots_of(g.actor, find_for(g.actor, Schedule, schedule_id))
    after, limit = query_data.after, query_data.limit
    return paginate(rows, ScheduleSlot.due_at, after=after, limit=limit)


@bp.post("/<uuid:schedule_id>/runs")
@needs(Permission.BOT_RUN)
@bp.output(StartedRun, status_code=202)
def run(schedule_id: UUID) -> tuple[Run, int, Headers]:
    """Run its bot with its inputs now; the run is followed at the Location."""
    schedule = find_for(g.actor, Schedule, schedule_id)
    started = actions.run_now(g.actor, schedule, Trigger.API)
    return started, 202, {"Location": url_for("runs_api.show", run_id=started.id)}


@bp.post("/<uuid:schedule_id>/approval")
@needs(Permission.SCHEDULE_WRITE)
@bp.input(ApprovalIn)
@bp.output(ProposedOut, status_code=201)
def propose(schedule_id: UUID, json_data: ApprovalIn) -> tuple[Workflow, int, Headers]:
    """Draft the workflow by which a council lets the schedule run until a day."""
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    workflow = propose_approval(g.actor, schedule, json_data)
    where = {"Location": url_for("workflows_api.show", workflow_id=workflow.id)}
    return workflow, 201, where


@bp.delete("/<uuid:schedule_id>/approval")
@needs(Permission.SCHEDULE_WRITE)
@bp.output(EmptySchema, status_code=204)
def withdraw(schedule_id: UUID) -> str:
    """Take the approval back: the schedule starts nothing until a council agrees."""
    actions.withdraw_approval(g.actor, find_for(g.actor, Schedule, schedule_id))
    return ""


def shown(schedule_id: UUID) -> dict[str, Any]:
    schedule = find_for(g.actor, Schedule, schedule_id, *reports.PAGE)
    row = reports.row_of(g.actor, schedule_id) or abort(404)
    return {
        **row._mapping,
        "approval": standing_of(schedule, now()),
        "approval_id": schedule.approval_id,
        "approved_until": schedule.approved_until,
    }
