"""Runs as pages: what ran, how it went, and what it is doing now."""

import json
from typing import Any, NamedTuple
from uuid import UUID

from flask import (
    Blueprint,
    Response,
    g,
    jsonify,
    render_template,
    request,
    stream_with_context,
)
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.errors import Invalid
from dashboard.exports import answer
from dashboard.files.downloads import send_blob
from dashboard.lists import query_of
from dashboard.permissions import Permission, needs
from dashboard.runs import attempts, reports, tables
from dashboard.runs.blame import blame_for
from dashboard.runs.brake import brake_on, waits_for
from dashboard.runs.bulk import WORDS
from dashboard.runs.chart import chart_of
from dashboard.runs.forms import AcknowledgeForm
from dashboard.runs.listing import listing
from dashboard.runs.models import Execution, Run, RunStatus, Trigger
from dashboard.runs.reading import read_lines, read_page, whole_log
from dashboard.runs.schemas import (
    AfterQuery,
    ExportQuery,
    PageOfLog,
    RunFilter,
    RunQuery,
)
from dashboard.templating import drawn_once, render
from dashboard.thinking.reports import progress_shown, thoughts_of

bp = Blueprint("runs", __name__, url_prefix="/runs")
CHOICES = {
    "statuses": [("", "Any status"), *((each, each.label) for each in RunStatus)],
    "triggers": [("", "However started"), *((each, each.label) for each in Trigger)],
}
CALLERS = {
    Trigger.API: "API",
    Trigger.SCHEDULE: "schedule",
    Trigger.HOOK: "incoming webhook",
}
"""What started a run in somebody's name."""


@bp.get("/")
@needs(Permission.RUN_READ)
def index() -> ResponseReturnValue:
    try:
        query = query_of(RunQuery, request.args)
    except Invalid as error:
        typed = {name: request.args.get(name, "") for name in RunQuery.model_fields}
        page = list_page(RunQuery(), errors=error.errors, typed=typed, **CHOICES)
        return page, error.status
    found = listing(g.actor, query, offer=True)
    return list_page(
        query,
        page=found.page(query.after, query.limit),
        bar=drawn_once("runs/_filters.html", Bar(query.alone, tuple(found.offered))),
    )


class Bar(NamedTuple):
    """The filters of the list: what is asked, and the bots that are offered."""

    asked: RunFilter
    bots: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> dict[str, Any]:
        typed = dict.fromkeys(RunQuery.model_fields, "") | self.asked.as_query()
        bots = [(UUID(id_), name) for id_, name in self.bots]
        return {"query": self.asked, "typed": typed, "bots": bots, **CHOICES}


def list_page(query: RunQuery, **context: Any) -> str:
    return render(
        "runs/index.html",
        query=query,
        kept=query.as_query(),
        deeds=WORDS,
        callers=CALLERS,
        **context,
    )


@bp.get("/chart")
@needs(Permission.RUN_READ)
def chart() -> ResponseReturnValue:
    """The runs of the list over time; the list fetches it once it is drawn."""
    query = query_of(RunFilter, request.args)
    found = chart_of(listing(g.actor, query))
    return render("runs/chart.html", chart=found, kept=query.as_query())


@bp.get("/export")
@needs(Permission.RUN_READ)
def export() -> ResponseReturnValue:
    """The runs of the list with its filters, as a file."""
    query = query_of(ExportQuery, request.args)
    lines = tables.lines_for(g.actor, query)
    return answer(query.format, "runs", tuple(tables.COLUMNS), lines)


@bp.get("/<uuid:run_id>")
@needs(Permission.RUN_READ)
def show(run_id: UUID) -> ResponseReturnValue:
    draw = TABS.get(request.args.get("tab", ""), output_page)
    return draw(run_id)


def output_page(run_id: UUID) -> str:
    return run_page(run_id, AcknowledgeForm(formdata=None))


def run_page(run_id: UUID, form: AcknowledgeForm) -> str:
    return render("runs/show.html", tab="output", form=form, **moving(run_id))


def log_page(run_id: UUID) -> str:
    query = query_of(PageOfLog, request.args)
    run = reports.head_of(g.actor, run_id)
    step = log_shown(run, query)
    part = read_page(step, query.line) if step else None
    return render("runs/log.html", tab="log", run=run, step=step, part=part)


def log_shown(run: Run, query: PageOfLog) -> Execution | None:
    """The step whose log is meant, or what its agent called."""
    step = step_shown(run, query.step)
    if step and query.call:
        return reports.step_for(g.actor, run.id, step.position, query.call)
    return step


def input_page(run_id: UUID) -> str:
    run = reports.input_of(g.actor, run_id)
    return render("runs/input.html", tab="input", run=run)


def attempts_page(run_id: UUID) -> str:
    run = reports.head_of(g.actor, run_id)
    return render(
        "runs/attempts.html",
        tab="attempts",
        run=run,
        chain=attempts.chain_of(g.actor, run),
        tries=attempts.tries_of(run),
    )


def history_page(run_id: UUID) -> str:
    run = reports.head_of(g.actor, run_id)
    return render("runs/history.html", tab="history", run=run, history=history_of(run))


TABS = {
    "log": log_page,
    "input": input_page,
    "attempts": attempts_page,
    "history": history_page,
}
"""Each tab loads only what it shows."""


def step_shown(run: Run, position: int | None) -> Execution | None:
    """The step asked for; else the one that matters: it failed, runs, or ran last."""
    asked = [step for step in run.steps if step.position == position]
    begun = [step for step in run.steps if step.started_at]
    first = run.steps[:1]
    found = [*asked, run.failed_step, run.running_step, *begun[-1:], *first]
    return next((step for step in found if step), None)


@bp.get("/<uuid:run_id>/live")
@needs(Permission.RUN_READ)
def live(run_id: UUID) -> ResponseReturnValue:
    """What changed since the page was drawn: nothing (204), or its moving part."""
    state, progress = reports.news(g.actor, run_id)
    is_log = request.args.get("tab") == "log"
    if request.args.get("seen") == (state if is_log else seen(state, progress)):
        return "", 204
    if is_log:
        run = reports.head_of(g.actor, run_id)
        step = log_shown(run, query_of(PageOfLog, request.args))
        return badge_of(run) + render_template(
            "runs/_log_head.html", run=run, step=step
        )
    form = AcknowledgeForm(formdata=None)
    news = moving(run_id)
    return render_template("runs/_live.html", form=form, **news) + badge_of(news["run"])


def badge_of(run: Run) -> str:
    """The status in the head of the page, which changes with the rest."""
    return render_template("runs/_badge.html", run=run)


def moving(run_id: UUID) -> dict[str, Any]:
    """The part of the page that changes while the run does."""
    run = reports.run_for(g.actor, run_id, *reports.LEAN)
    waits = run.is_queued and g.session.frozen
    thoughts = thoughts_of(run.steps)
    return {
        "run": run,
        "thoughts": thoughts,
        "seen": seen(run.state, progress_shown(thoughts)),
        "brake": brake_on(run.workflow) if waits else None,
        "resting": waits_for(run),
        "blame": blame_for(run),
    }


@bp.get("/<uuid:run_id>/steps/<int:position>/log")
@bp.get("/<uuid:run_id>/steps/<int:position>/calls/<int:sub>/log")
@needs(Permission.RUN_READ)
def log(run_id: UUID, position: int, sub: int = 0) -> ResponseReturnValue:
    """The lines after the last one seen, or the whole log as a text file."""
    step = reports.step_for(g.actor, run_id, position, sub)
    if request.args.get("download"):
        lines = stream_with_context(whole_log(step.id))
        name = f"run-{run_id.hex[-6:]}-step-{place(position, sub)}.log"
        return as_attachment(Response(lines, mimetype="text/plain"), name)
    query = query_of(AfterQuery, request.args)
    return jsonify(read_lines(step, query.after))


@bp.get("/<uuid:run_id>/steps/<int:position>/output")
@bp.get("/<uuid:run_id>/steps/<int:position>/calls/<int:sub>/output")
@needs(Permission.RUN_READ)
def output(run_id: UUID, position: int, sub: int = 0) -> ResponseReturnValue:
    """All that a step returned, as a JSON file."""
    returned = reports.output_of(g.actor, run_id, position, sub)
    text = json.dumps(returned, indent=2, ensure_ascii=False)
    file = Response(text, mimetype="application/json")
    return as_attachment(
        file, f"run-{run_id.hex[-6:]}-step-{place(position, sub)}.json"
    )


@bp.get("/<uuid:run_id>/steps/<int:position>/files/<path:name>")
@bp.get("/<uuid:run_id>/steps/<int:position>/calls/<int:sub>/files/<path:name>")
@needs(Permission.RUN_READ)
def download(
    run_id: UUID, position: int, name: str, sub: int = 0
) -> ResponseReturnValue:
    """One file that a step left behind."""
    return send_blob(reports.output_file(g.actor, run_id, position, name, sub), name)


def seen(state: str, progress: int) -> str:
    """What a page that was drawn so far has seen of a run."""
    return f"{state}.{progress}" if progress else state


def place(position: int, sub: int) -> str:
    """The step, and which call of its agent."""
    return f"{position}-{sub}" if sub else str(position)


def as_attachment(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
