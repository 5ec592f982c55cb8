"""Workflows as JSON."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.errors import Denied
from dashboard.files.downloads import send_blob
from dashboard.files.uploads import decode
from dashboard.lists import Rows, paginate
from dashboard.permissions import Actor, Permission, find_for, needs
from dashboard.requests import takes_files
from dashboard.runs.models import Run
from dashboard.runs.reports import run_of
from dashboard.schemas import Page, checked
from dashboard.workflows import actions, ballots, pages, reports
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.models import Round, Workflow
from dashboard.workflows.schemas import (
    CancelIn,
    RoundOut,
    RunStarted,
    VoteIn,
    VoteOut,
    WorkflowEdit,
    WorkflowIn,
    WorkflowOut,
    WorkflowPost,
    WorkflowPut,
    WorkflowQuery,
    WorkflowRow,
)

UPLOAD = 150 << 20
"""Bytes of a whole JSON body: ten files of the largest size, in base64."""

bp = api_blueprint("workflows", __name__)


@bp.get("")
@needs(Permission.WORKFLOW_READ)
@bp.input(WorkflowQuery, location="query")
@bp.output(Page[WorkflowRow])
def index(query_data: WorkflowQuery) -> Rows:
    """List the workflows you may see, newest first."""
    rows = reports.rows_for(g.actor, query_data)
    return paginate(rows, Workflow.id, after=query_data.after, limit=query_data.limit)


@bp.post("")
@needs(Permission.WORKFLOW_WRITE)
@takes_files(UPLOAD)
@bp.input(WorkflowPost)
@bp.output(WorkflowOut, status_code=201)
def create(json_data: WorkflowPost) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Propose a workflow as a draft; `open` asks the council at once, or refuses."""
    if json_data.open and Permission.WORKFLOW_OPEN not in g.scopes:
        raise Denied("This key lacks the scope workflow.open. Nothing was proposed.")
    answers = json_data.model_dump(exclude={"files", "open"})
    wanted = checked(WorkflowIn, answers)
    files = decode(json_data.files)
    workflow = actions.propose(g.actor, wanted, files, opened=json_data.open)
    where = {"Location": url_for(".show", workflow_id=workflow.id)}
    return whole(workflow.id), 201, where


@bp.get("/<uuid:workflow_id>")
@needs(Permission.WORKFLOW_READ)
@bp.output(WorkflowOut)
def show(workflow_id: UUID) -> dict[str, Any]:
    """Get one workflow: what is judged, its votes and arithmetic, and its run."""
    return whole(workflow_id)


@bp.put("/<uuid:workflow_id>")
@needs(Permission.WORKFLOW_WRITE)
@takes_files(UPLOAD)
@bp.input(WorkflowPut)
@bp.output(WorkflowOut)
def replace(workflow_id: UUID, json_data: WorkflowPut) -> dict[str, Any]:
    """Change a proposal. If what is judged changed, it becomes a draft again."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    wanted = checked(WorkflowEdit, json_data.model_dump(exclude={"files"}))
    actions.edit(g.actor, workflow, wanted, decode(json_data.files))
    return whole(workflow_id)


@bp.post("/<uuid:workflow_id>/round")
@needs(Permission.WORKFLOW_OPEN)
@bp.output(WorkflowOut, status_code=201)
def open_voting(workflow_id: UUID) -> dict[str, Any]:
    """Open voting: rule, electorate and deadline are frozen now."""
    actions.open_voting(g.actor, find_for(g.actor, Workflow, workflow_id))
    return whole(workflow_id)


@bp.post("/<uuid:workflow_id>/votes")
@needs(Permission.WORKFLOW_VOTE)
@bp.input(VoteIn)
@bp.output(VoteOut, status_code=201)
def vote(workflow_id: UUID, json_data: VoteIn) -> dict[str, Any]:
    """Cast or change your vote on the revision that you have read."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    cast = actions.cast_vote(g.actor, workflow, json_data)
    answer = VoteOut.model_fields.keys() - {"status"}
    return {name: getattr(cast, name) for name in answer} | {"status": workflow.status}


@bp.post("/<uuid:workflow_id>/cancellation")
@needs(Permission.WORKFLOW_CANCEL)
@bp.input(CancelIn)
@bp.output(WorkflowOut)
def cancellation(workflow_id: UUID, json_data: CancelIn) -> dict[str, Any]:
    """Withdraw your proposal, or stop it as an admin, before it runs."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    actions.cancel(g.actor, workflow, json_data.reason)
    return whole(workflow_id)


@bp.post("/<uuid:workflow_id>/run")
@needs(Permission.WORKFLOW_RUN)
@bp.output(RunStarted, status_code=202)
def run(workflow_id: UUID) -> Run:
    """Start an approved workflow that does not start by itself."""
    return actions.start_run(g.actor, find_for(g.actor, Workflow, workflow_id))


@bp.get("/<uuid:workflow_id>/files/<path:name>")
@needs(Permission.WORKFLOW_READ)
def download(workflow_id: UUID, name: str) -> ResponseReturnValue:
    """Download an attached file."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    return send_blob(pages.file_of(workflow, name).blob_id, name)


def whole(workflow_id: UUID) -> dict[str, Any]:
    """A workflow with its round and what its reader may do."""
    actor: Actor = g.actor
    workflow = find_for(actor, Workflow, workflow_id, *reports.PAGE)
    round_, started = reports.round_of(workflow), run_of(workflow_id)
    content = round_.content if round_ else judged_content(workflow)
    refused = ballots.why_not(workflow, round_, actor)
    derived = {
        "content": content,
        "content_hash": round_.content_hash if round_ else hash_of(content),
        "round": round_and_ballots(round_),
        "run_id": started.id if started else None,
        "may_vote": refused is None,
        "why_not": refused,
    }
    plain = WorkflowOut.model_fields.keys() - derived.keys()
    return {name: getattr(workflow, name) for name in plain} | derived


def round_and_ballots(round_: Round | None) -> dict[str, Any] | None:
    if round_ is None:
        return None
    names = RoundOut.model_fields.keys() - {"ballots"}
    frozen = {name: getattr(round_, name) for name in names}
    return frozen | {"ballots": reports.ballot_lines(round_)}
