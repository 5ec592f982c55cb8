"""Runs as JSON."""

from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.errors import Denied
from dashboard.exports import answer
from dashboard.files.downloads import send_blob
from dashboard.lists import Rows
from dashboard.permissions import Permission, find_for, needs
from dashboard.runs import actions, bulk, reports, tables
from dashboard.runs.listing import listing
from dashboard.runs.models import Run, Trigger
from dashboard.runs.reading import LogPart, read_lines
from dashboard.runs.retrying import retry_run
from dashboard.runs.schemas import (
    AcknowledgeIn,
    BulkCall,
    BulkOut,
    ExportQuery,
    LogOut,
    LogQuery,
    RetryIn,
    RunOut,
    RunQuery,
    RunRow,
    StopIn,
)
from dashboard.schemas import Page

FILE = {200: "A CSV file, or an XLSX workbook"}

bp = api_blueprint("runs", __name__)


@bp.get("")
@needs(Permission.RUN_READ)
@bp.input(RunQuery, location="query")
@bp.output(Page[RunRow])
def index(query_data: RunQuery) -> Rows:
    """List the runs you may see, newest first.

    `input` is `name=value`, exactly; `actor` is a username or a whole name; `q` is
    words of a bot's name or of a workflow's title, or the number of a workflow. Where
    several filters meet, a page may hold fewer than `limit`, or none, and a `next`:
    go on until that is null.
    """
    return listing(g.actor, query_data).page(query_data.after, query_data.limit)


@bp.get("/export")
@needs(Permission.RUN_READ)
@bp.input(ExportQuery, location="query")
@bp.doc(responses=FILE)
def export(query_data: ExportQuery) -> ResponseReturnValue:
    """Download runs as CSV or XLSX, at most 10,000 with the given filters."""
    lines = tables.lines_for(g.actor, query_data)
    return answer(query_data.format, "runs", tuple(tables.COLUMNS), lines)


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
    """Get the lines of a step's log that follow line `after`, at most 500.

    Ask again with the `after` of the answer: at once while there are `more`, until
    it has `ended`.
    """
    step = reports.step_for(g.actor, run_id, query_data.step, query_data.call)
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


@bp.post("/<uuid:run_id>/retry")
@needs(Permission.BOT_RUN)
@bp.input(RetryIn)
@bp.output(RunOut, status_code=201)
def retry(run_id: UUID, json_data: RetryIn) -> tuple[Run, int, dict[str, str]]:
    """Run a bot again with the same inputs and files, at the same or current version.

    Only what ran without a vote: an approval buys one run.
    """
    run = reports.run_to_change(g.actor, run_id)
    again = retry_run(g.actor, run, json_data.version, Trigger.API)
    where = {"Location": url_for(".show", run_id=again.id)}
    return reports.run_for(g.actor, again.id), 201, where


@bp.post("/<uuid:run_id>/acknowledge")
@needs(Permission.RUN_ACKNOWLEDGE)
@bp.input(AcknowledgeIn)
@bp.output(RunOut)
def acknowledge(run_id: UUID, json_data: AcknowledgeIn) -> Run:
    """Say that somebody looked at what went wrong, and what they found."""
    run = reports.run_to_change(g.actor, run_id)
    actions.acknowledge_run(g.actor, run, json_data.note)
    return reports.run_for(g.actor, run_id)


@bp.post("/bulk")
@needs(Permission.RUN_ACKNOWLEDGE)
@bp.input(BulkCall)
@bp.output(BulkOut)
def many(json_data: BulkCall) -> dict[str, object]:
    """Retry, cancel or acknowledge up to 500 runs, each as if it were the only one.

    With a `query` the runs are counted again: `expected` must be what there is.
    """
    needed = bulk.PERMISSIONS[json_data.action]
    if needed not in g.get("scopes", Permission):
        raise Denied(f"This key or token lacks the scope {needed.value}.")
    scope = bulk.selected(json_data.ids or [])
    if json_data.query is not None:
        scope = bulk.matching(g.actor, json_data.query)
        bulk.check(scope, json_data.expected or 0)
    report = bulk.apply(g.actor, json_data.action, scope, json_data.note, Trigger.API)
    refused = [{"run_id": id_, "why": why} for id_, why in report.refused]
    return {"done": report.done, "refused": refused}


@bp.get("/<uuid:run_id>/files/<int:step>/<path:name>")
@needs(Permission.RUN_READ)
def download(run_id: UUID, step: int, name: str) -> ResponseReturnValue:
    """Download a file that a step left behind."""
    return send_blob(reports.output_file(g.actor, run_id, step, name), name)
