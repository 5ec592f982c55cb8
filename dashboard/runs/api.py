"""Runs as JSON."""

from uuid import UUID

from flask import g
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.files.downloads import send_blob
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.runs import actions, reports
from dashboard.runs.logs import LogPart, read_lines
from dashboard.runs.models import Run
from dashboard.runs.schemas import LogOut, LogQuery, RunOut, RunQuery, RunRow, StopIn
from dashboard.schemas import Page

bp = api_blueprint("runs", __name__)


@bp.get("")
@needs(Permission.RUN_READ)
@bp.input(RunQuery, location="query")
@bp.output(Page[RunRow])
def index(query_data: RunQuery) -> Rows:
    """List the runs you may see, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Run.id, after=query_data.after, limit=query_data.limit)


@bp.get("/<uuid:run_id>")
@needs(Permission.RUN_READ)
@bp.output(RunOut)
def show(run_id: UUID) -> Run:
    """Get one run with its steps and their results."""
    return reports.run_for(g.actor, run_id)


@bp.get("/<uuid:run_id>/log")
@needs(Permission.RUN_READ)
@bp.input(LogQuery, location="query")
@bp.output(LogOut)
def log(run_id: UUID, query_data: LogQuery) -> LogPart:
    """Get the lines of a step's log that follow line `after`, at most 500."""
    step = reports.step_for(g.actor, run_id, query_data.step)
    return read_lines(step, query_data.after)


@bp.post("/<uuid:run_id>/cancel")
@needs(Permission.RUN_CANCEL)
@bp.input(StopIn, location="json_or_form")
@bp.output(RunOut, status_code=202)
def cancel(run_id: UUID, json_or_form_data: StopIn) -> Run:
    """Stop a run: at once if it waits, within about two seconds if it runs.

    What a council let run is stopped by guardians alone, and with a reason.
    """
    run = find_for(g.actor, Run, run_id)
    actions.cancel_run(g.actor, run, json_or_form_data.reason)
    return reports.run_for(g.actor, run_id)


@bp.get("/<uuid:run_id>/files/<int:step>/<path:name>")
@needs(Permission.RUN_READ)
def download(run_id: UUID, step: int, name: str) -> ResponseReturnValue:
    """Download a file that a step left behind."""
    return send_blob(reports.output_file(g.actor, run_id, step, name), name)
