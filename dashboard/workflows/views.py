"""Workflows as pages: propose, judge, vote, follow."""

from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, flash, g, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.audit_log.reports import history_of
from dashboard.clock import now
from dashboard.errors import DomainError, Invalid, RuleBroken
from dashboard.files.downloads import send_blob
from dashboard.files.uploads import read_uploads
from dashboard.lists import query_of
from dashboard.oversight import questions
from dashboard.permissions import Permission, find_for, needs, require
from dashboard.requests import local, takes_files
from dashboard.templating import go_to, render, wants_partial
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import actions, copying, pages, proposals, reports, revisions
from dashboard.workflows.forms import CancelForm, ProposalForm, VoidForm, VoteForm
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import WorkflowQuery
from dashboard.workflows.seats import BallotLine

UPLOAD = 110 << 20
"""Bytes of a whole proposal: ten files of the largest size, and the rest."""

bp = Blueprint("workflows", __name__, url_prefix="/workflows")


@bp.get("/")
@needs(Permission.WORKFLOW_READ)
def index() -> ResponseReturnValue:
    query = query_of(WorkflowQuery, request.args)
    page = pages.listed(g.actor, query)
    return render("workflows/index.html", page=page, query=query)


@bp.get("/<uuid:workflow_id>")
@needs(Permission.WORKFLOW_READ)
def show(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    if request.args.get("tab") == "history":
        history = history_of(workflow)
        return render("workflows/history.html", workflow=workflow, history=history)
    if request.args.get("tab") == "revisions":
        found = revisions.revisions(workflow, g.actor)
        return render("workflows/revisions.html", workflow=workflow, revisions=found)
    return render("workflows/show.html", **shown(workflow))


@bp.get("/<uuid:workflow_id>/live")
@needs(Permission.WORKFLOW_READ)
def live(workflow_id: UUID) -> ResponseReturnValue:
    """What changed since a page was drawn: nothing (204), or its moving parts."""
    seen = request.args.get("seen", type=int)
    if not reports.has_news(g.actor, workflow_id, seen, now()):
        return "", 204
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    return render("workflows/live.html", **shown(workflow))


@bp.get("/<uuid:workflow_id>/files/<path:name>")
@needs(Permission.WORKFLOW_READ)
def download(workflow_id: UUID, name: str) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id)
    return send_blob(pages.file_of(workflow, name).blob_id, name)


@bp.route("/new", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_WRITE)
@takes_files(UPLOAD)
def create() -> ResponseReturnValue:
    type_id = pages.uuid_of(request.values.get("type_id", ""))
    if type_id is None:
        return render("workflows/choose.html", types=proposals.types_offered())
    type_ = find_for(g.actor, WorkflowType, type_id)
    source = proposals.source_of(g.actor, request.args.get("copy", ""))
    form = proposals.form_for(type_, source, new=True)
    if not form.is_submitted():
        return form_page(form, type_, source)
    try:
        form.check()
        files = proposals.files_to_attach(source, form.value.keep, uploads())
        workflow = actions.propose(g.actor, form.value, files)
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form, type_, source), error.status

    flash("This is the draft. Read what the council will judge, then open it.", "ok")
    return go_to(url_for(".show", workflow_id=workflow.id))


@bp.route("/<uuid:workflow_id>/edit", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_WRITE)
@takes_files(UPLOAD)
def edit(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    require(g.actor, Permission.WORKFLOW_WRITE, workflow)
    form = proposals.form_for(workflow.type, workflow, new=False)
    if not form.is_submitted():
        return form_page(form, workflow.type, workflow, workflow)
    try:
        form.check()
        actions.edit(g.actor, workflow, form.value, uploads())
    except Invalid as error:
        form.hang(error.errors)
        return form_page(form, workflow.type, workflow, workflow), error.status

    flash("The proposal was saved.", "ok")
    return go_to(url_for(".show", workflow_id=workflow.id))


@bp.post("/<uuid:workflow_id>/copies")
@needs(Permission.WORKFLOW_WRITE)
def copies(workflow_id: UUID) -> ResponseReturnValue:
    """The same content as a new draft; the form, if it does not fit any more."""
    source = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    try:
        workflow = copying.propose_again(g.actor, source)
    except Invalid as error:
        flash(
            f"It cannot be proposed as it was. {next(iter(error.errors.values()))}",
            "bad",
        )
        return go_to(url_for(".create", type_id=source.type_id, copy=source.id))
    flash("This is a new draft with the same content. Open it when it fits.", "ok")
    return go_to(url_for(".show", workflow_id=workflow.id))


@bp.post("/<uuid:workflow_id>/round")
@needs(Permission.WORKFLOW_OPEN)
def open_voting(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    try:
        actions.open_voting(g.actor, workflow)
    except RuleBroken as error:
        return refused_page(workflow_id, error)
    flash("Voting is open." if workflow.is_open else "No vote was needed.", "ok")
    return go_to(url_for(".show", workflow_id=workflow_id))


@bp.post("/<uuid:workflow_id>/votes")
@needs(Permission.WORKFLOW_VOTE)
def vote(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    form = VoteForm()
    try:
        form.check()
        actions.cast_vote(g.actor, workflow, form.value)
    except Invalid as error:
        form.hang(error.errors)
        return vote_page(workflow, form), error.status
    except RuleBroken as error:
        if error.code == "reason_required":
            form.hang({"reason": str(error)})
        else:
            form.form_errors.append(str(error))
        return vote_page(find_again(workflow_id), form), error.status

    if wants_partial():
        answer = vote_page(find_again(workflow_id), pages.fresh_vote_form())
        return answer, {"X-Toast": "Your vote was counted."}
    flash("Your vote was counted.", "ok")
    here = url_for(".show", workflow_id=workflow_id, _anchor="vote")
    return go_to(local(request.form.get("next", "")) or here)


@bp.route("/<uuid:workflow_id>/votes/<uuid:user_id>/void", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_VOID)
def void(workflow_id: UUID, user_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    require(g.actor, Permission.WORKFLOW_VOID, workflow)
    line = pages.line_of(workflow, user_id)
    form = VoidForm()
    try:
        if form.is_submitted():
            form.check()
            actions.void_vote(g.actor, workflow, user_id, form.value.reason)
    except Invalid as error:
        form.hang(error.errors)
        return void_page(workflow, line, form), error.status
    except RuleBroken as error:
        return refused_page(workflow_id, error)
    if not form.is_submitted():
        return void_page(workflow, line, form)
    flash(f"The vote of {line.name} is void. It stays to be read.", "ok")
    return go_to(url_for(".show", workflow_id=workflow_id, _anchor="vote"))


@bp.route("/<uuid:workflow_id>/cancellation", methods=["GET", "POST"])
@needs(Permission.WORKFLOW_CANCEL)
def cancellation(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    require(g.actor, Permission.WORKFLOW_CANCEL, workflow)
    form = CancelForm()
    if not form.is_submitted():
        return render("workflows/cancel.html", workflow=workflow, form=form)
    try:
        form.check()
        actions.cancel(g.actor, workflow, form.value.reason)
    except Invalid as error:
        form.hang(error.errors)
        page = render("workflows/cancel.html", workflow=workflow, form=form)
        return page, error.status
    except RuleBroken as error:
        return refused_page(workflow_id, error)
    flash("The workflow was cancelled. Its votes are kept.", "ok")
    return go_to(url_for(".show", workflow_id=workflow_id))


@bp.post("/<uuid:workflow_id>/run")
@needs(Permission.WORKFLOW_RUN)
def run(workflow_id: UUID) -> ResponseReturnValue:
    workflow = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    try:
        actions.start_run(g.actor, workflow)
    except RuleBroken as error:
        return refused_page(workflow_id, error)
    flash("The run is queued. It starts with the next free worker.", "ok")
    return go_to(url_for(".show", workflow_id=workflow_id))


def shown(workflow: Workflow, form: VoteForm | None = None) -> dict[str, Any]:
    return pages.context_of(workflow, g.actor, form or pages.fresh_vote_form())


def find_again(workflow_id: UUID) -> Workflow:
    """The workflow as it stands after a write that was made or refused."""
    return find_for(g.actor, Workflow, workflow_id, *reports.PAGE)


def refused_page(workflow_id: UUID, error: DomainError) -> ResponseReturnValue:
    """The page as it is now, and why what was asked did not happen."""
    if wants_partial():
        raise error
    context = shown(find_again(workflow_id)) | {"refused": str(error)}
    return render("workflows/show.html", **context), error.status


def vote_page(workflow: Workflow, form: VoteForm) -> str:
    """The page again; for a script, the vote panel alone."""
    name = "workflows/vote.html" if wants_partial() else "workflows/show.html"
    form.key.data = uuid4().hex
    return render(name, **shown(workflow, form))


def void_page(workflow: Workflow, line: BallotLine, form: VoidForm) -> str:
    return render("workflows/void.html", workflow=workflow, line=line, form=form)


def had_uploads() -> bool:
    """A browser does not send files again by itself; a script keeps them."""
    return any(file.filename for file in request.files.values())


def uploads() -> dict[str, bytes]:
    return read_uploads(request.files.getlist("files"))


def form_page(
    form: ProposalForm,
    type_: WorkflowType,
    source: Workflow | None,
    workflow: Workflow | None = None,
) -> str:
    owned = workflow is None or workflow.proposer_id == g.actor.id
    proposals.offer(form, g.actor, source, owned=owned)
    before = None if workflow else questions.before(type_)
    council = before.responsible.council if before else type_.council
    return render(
        "workflows/form.html",
        form=form,
        type=type_,
        workflow=workflow,
        lost_files=not wants_partial() and had_uploads(),
        before=before,
        rule=proposals.rule_words(type_, council),
    )
