"""Workflows as JSON."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue

from dashboard.api import api_blueprint
from dashboard.errors import Denied
from dashboard.files.downloads import send_blob
from dashboard.files.uploads import decode
from dashboard.lists import Rows
from dashboard.permissions import Permission, find_for, needs
from dashboard.requests import takes_files
from dashboard.runs.models import Run
from dashboard.schemas import Page, checked
from dashboard.workflows import actions, copying, pages, reports, revisions
from dashboard.workflows.answers import round_and_ballots, whole
from dashboard.workflows.models import Workflow
from dashboard.workflows.schemas import (
    CancelIn,
    RoundsOut,
    RunStarted,
    VoidIn,
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
    return pages.listed(g.actor, query_data)


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
    return whole(g.actor, workflow.id), 201, where


@bp.get("/<uuid:workflow_id>")
@needs(Permission.WORKFLOW_READ)
@bp.output(WorkflowOut)
def show(workflow_id: UUID) -> dict[str, Any]:
    """Get one workflow: what is judged, its votes and arithmetic, and its run."""
    return whole(g.actor, workflow_id)


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
    return whole(g.actor, workflow_id)


@bp.post("/<uuid:workflow_id>/copies")
@needs(Permission.WORKFLOW_WRITE)
@bp.output(WorkflowOut, status_code=201)
def copies(workflow_id: UUID) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Propose your own content again, as a new draft."""
    source = find_for(g.actor, Workflow, workflow_id, *reports.PAGE)
    workflow = copying.propose_again(g.actor, source)
    where = {"Location": url_for(".show", workflow_id=workflow.id)}
    return whole(g.actor, workflow.id), 201, where


@bp.get("/<uuid:workflow_id>/rounds")
@needs(Permission.WORKFLOW_READ)
@bp.output(RoundsOut)
def rounds(workflow_id: UUID) -> dict[str, Any]:
    """List every round with all of its votes, also those that count no more."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    found = revisions.rounds_by_now(workflow)
    return {"items": [round_and_ballots(round_) for round_ in found]}


@bp.post("/<uuid:workflow_id>/round")
@needs(Permission.WORKFLOW_OPEN)
@bp.output(WorkflowOut, status_code=201)
def open_voting(workflow_id: UUID) -> dict[str, Any]:
    """Open voting: rule, electorate and deadline are frozen now."""
    actions.open_voting(g.actor, find_for(g.actor, Workflow, workflow_id))
    return whole(g.actor, workflow_id)


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


@bp.post("/<uuid:workflow_id>/votes/<uuid:user_id>/void")
@needs(Permission.WORKFLOW_VOID)
@bp.input(VoidIn)
@bp.output(WorkflowOut)
def void(workflow_id: UUID, user_id: UUID, json_data: VoidIn) -> dict[str, Any]:
    """Take somebody's vote out, as a guardian; they may not vote again."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    actions.void_vote(g.actor, workflow, user_id, json_data.reason)
    return whole(g.actor, workflow_id)


@bp.post("/<uuid:workflow_id>/cancellation")
@needs(Permission.WORKFLOW_CANCEL)
@bp.input(CancelIn)
@bp.output(WorkflowOut)
def cancellation(workflow_id: UUID, json_data: CancelIn) -> dict[str, Any]:
    """Withdraw your proposal, or stop it as an admin, before it runs."""
    workflow = find_for(g.actor, Workflow, workflow_id)
    actions.cancel(g.actor, workflow, json_data.reason)
    return whole(g.actor, workflow_id)


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
