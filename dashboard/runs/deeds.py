"""Pages on which something is done to runs: stop, retry, acknowledge, many at once."""

from uuid import UUID

from flask import flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.errors import DomainError, Invalid, RuleBroken
from dashboard.lists import query_of
from dashboard.permissions import Permission, needs, require
from dashboard.runs import actions, bulk, reports
from dashboard.runs.forms import AcknowledgeForm, BulkForm, RetryForm, StopForm
from dashboard.runs.models import Run, Trigger
from dashboard.runs.retrying import retry_run, versions_of, why_not
from dashboard.runs.schemas import BulkIn, RunFilter
from dashboard.runs.views import bp, run_page
from dashboard.templating import go_to, render

__all__ = ["bp"]


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


@bp.route("/<uuid:run_id>/retry", methods=["GET", "POST"])
@needs(Permission.BOT_RUN)
def retry(run_id: UUID) -> ResponseReturnValue:
    """Ask which version, then run the bot again with the same inputs and files."""
    run = reports.run_to_change(g.actor, run_id)
    form = RetryForm(data={"version": request.args.get("version", "same")})
    if not form.is_submitted():
        return retry_page(run, form)
    try:
        form.check()
        again = retry_run(g.actor, run, form.value.version, Trigger.PERSON)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return retry_page(reports.run_to_change(g.actor, run_id), form), error.status
    flash("It is queued again. This is the new run.", "ok")
    return go_to(url_for(".show", run_id=again.id))


def retry_page(run: Run, form: RetryForm) -> str:
    said = {"why_not": why_not(run), "versions": versions_of(run)}
    return render("runs/retry.html", run=run, form=form, **said)


@bp.post("/<uuid:run_id>/acknowledge")
@needs(Permission.RUN_ACKNOWLEDGE)
def acknowledge(run_id: UUID) -> ResponseReturnValue:
    run = reports.run_to_change(g.actor, run_id)
    require(g.actor, Permission.RUN_ACKNOWLEDGE, run)
    form = AcknowledgeForm()
    try:
        form.check()
        actions.acknowledge_run(g.actor, run, form.value.note)
    except (Invalid, RuleBroken) as error:
        form.tell(error)
        return run_page(run_id, form), error.status
    flash("Acknowledged. It waits for nobody any more.", "ok")
    return go_to(url_for(".show", run_id=run_id))


@bp.post("/bulk")
@needs(Permission.RUN_ACKNOWLEDGE)
def many() -> ResponseReturnValue:
    """Say what would be done to how many runs; once that is agreed to, do it."""
    form, query = BulkForm(), query_of(RunFilter, request.args)
    try:
        form.check()
    except Invalid as error:
        form.hang(error.errors)
        return render("runs/bulk.html", form=form, kept=query.as_query()), error.status
    scope = scope_of(form.value, query)
    if not form.value.sure:
        return ask_page(form, scope)
    try:
        if scope.query:
            bulk.check(scope, form.value.expected or 0, form.value.newest)
        report = bulk.apply(g.actor, form.value.deed, scope, form.value.note)
    except DomainError as error:
        form.tell(error)
        return ask_page(form, scope), error.status
    return render("runs/done.html", report=report, kept=query.as_query())


def scope_of(asked: BulkIn, query: RunFilter) -> bulk.Scope:
    if asked.scope == "all":
        return bulk.matching(g.actor, query)
    return bulk.selected(asked.ids)


def ask_page(form: BulkForm, scope: bulk.Scope) -> str:
    """What is sent back says how many were seen, and which one was the newest."""
    form.expected.data, form.newest.data = scope.total, scope.newest
    kept = query_of(RunFilter, request.args).as_query()
    words = bulk.WORDS[form.value.deed]
    said = {"scope": scope, "words": words, "kept": kept}
    if form.value.deed in bulk.RETRIES and not kept.get("status"):
        said |= {"counts": bulk.counts_of(scope), "offer_failed": bool(scope.query)}
    return render("runs/bulk.html", form=form, **said)
