"""Runs as pages: what ran, how it went, and what it is doing now."""

import json
from typing import Any
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid
from dashboard.files.downloads import send_blob
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, needs, require
from dashboard.runs import actions, reports
from dashboard.runs.brake import brake_on
from dashboard.runs.forms import StopForm
from dashboard.runs.logs import read_lines, whole_log
from dashboard.runs.models import Run, RunStatus, Trigger
from dashboard.runs.schemas import AfterQuery, RunQuery
from dashboard.templating import go_to, render

bp = Blueprint("runs", __name__, url_prefix="/runs")


@bp.get("/")
@needs(Permission.RUN_READ)
def index() -> ResponseReturnValue:
    query = query_of(RunQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    return render(
        "runs/index.html",
        page=paginate(rows, Run.id, after=query.after, limit=query.limit),
        query=query,
        statuses=[("", "Any status"), *((each, each.label) for each in RunStatus)],
        triggers=[("", "However started"), *((each, each.label) for each in Trigger)],
        bots=[("", "Any bot"), *reports.bots_offered(g.actor)],
    )


@bp.get("/<uuid:run_id>")
@needs(Permission.RUN_READ)
def show(run_id: UUID) -> ResponseReturnValue:
    tab = request.args.get("tab")
    if tab == "input":
        return render("runs/input.html", run=reports.input_of(g.actor, run_id))
    if tab == "history":
        run = reports.head_of(g.actor, run_id)
        return render("runs/history.html", run=run, history=history_of(run))
    return render("runs/show.html", **moving(run_id))


@bp.get("/<uuid:run_id>/live")
@needs(Permission.RUN_READ)
def live(run_id: UUID) -> ResponseReturnValue:
    """What changed since the page was drawn: nothing (204), or its moving part."""
    if request.args.get("seen") == reports.news(g.actor, run_id):
        return "", 204
    return render_template("runs/_live.html", **moving(run_id))


def moving(run_id: UUID) -> dict[str, Any]:
    """The part of the page that changes while the run does."""
    run = reports.run_for(g.actor, run_id, *reports.LEAN)
    waits = run.status is RunStatus.QUEUED and g.session.frozen
    return {"run": run, "brake": brake_on(run.workflow) if waits else None}


@bp.route("/<uuid:run_id>/cancel", methods=["GET", "POST"])
@needs(Permission.RUN_CANCEL)
def cancel(run_id: UUID) -> ResponseReturnValue:
    run = reports.head_of(g.actor, run_id)
    require(g.actor, Permission.RUN_CANCEL, run)
    form = StopForm()
    if not form.is_submitted():
        return render("runs/stop.html", run=run, form=form)
    try:
        form.check()
        actions.cancel_run(g.actor, run, form.value.reason)
    except Invalid as error:
        form.hang(error.errors)
        return render("runs/stop.html", run=run, form=form), error.status
    flash("The run is being stopped." if run.is_live else "The run was stopped.", "ok")
    return go_to(url_for(".show", run_id=run_id))


@bp.get("/<uuid:run_id>/steps/<int:position>/log")
@needs(Permission.RUN_READ)
def log(run_id: UUID, position: int) -> ResponseReturnValue:
    """The lines after the last one seen, or the whole log as a text file."""
    step = reports.step_for(g.actor, run_id, position)
    if request.args.get("download"):
        lines = stream_with_context(whole_log(step.id))
        name = f"run-{run_id.hex[-6:]}-step-{position}.log"
        return as_attachment(Response(lines, mimetype="text/plain"), name)
    query = query_of(AfterQuery, request.args)
    return jsonify(read_lines(step, query.after))


@bp.get("/<uuid:run_id>/steps/<int:position>/output")
@needs(Permission.RUN_READ)
def output(run_id: UUID, position: int) -> ResponseReturnValue:
    """All that a step returned, as a JSON file."""
    step = reports.step_for(g.actor, run_id, position)
    text = json.dumps(step.output, indent=2, ensure_ascii=False)
    answer = Response(text, mimetype="application/json")
    return as_attachment(answer, f"run-{run_id.hex[-6:]}-step-{position}.json")


@bp.get("/<uuid:run_id>/steps/<int:position>/files/<path:name>")
@needs(Permission.RUN_READ)
def download(run_id: UUID, position: int, name: str) -> ResponseReturnValue:
    """One file that a step left behind."""
    return send_blob(reports.output_file(g.actor, run_id, position, name), name)


def as_attachment(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
