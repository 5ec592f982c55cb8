"""The labels of prompts as JSON: read, move, protect, propose."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for

from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.prompts import labelling, reports
from dashboard.prompts.api import bp
from dashboard.prompts.models import Prompt, PromptLabel, PromptMove, PromptVersion
from dashboard.prompts.proposing import propose
from dashboard.prompts.reading import resolve
from dashboard.prompts.schemas import (
    LabelList,
    LabelOut,
    MoveIn,
    MoveOut,
    ProposedOut,
    ProposeIn,
    ProtectIn,
    PutIn,
    ReasonIn,
    VersionOut,
)
from dashboard.schemas import Page, PageQuery, checked
from dashboard.workflows.models import Workflow


@bp.get("/<uuid:prompt_id>/labels")
@needs(Permission.PROMPT_READ)
@bp.output(LabelList)
def labels(prompt_id: UUID) -> dict[str, Any]:
    """List its labels, and where they point; `latest` is none of them."""
    prompt = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    return {"items": [reports.as_told(label) for label in prompt.labels]}


@bp.get("/<uuid:prompt_id>/labels/<label>")
@needs(Permission.PROMPT_READ)
@bp.output(VersionOut)
def pointed_at(prompt_id: UUID, label: str) -> PromptVersion:
    """Get the version that a label points at now; `latest` is the newest."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    return resolve(prompt.id, label) or abort(404)


@bp.put("/<uuid:prompt_id>/labels/<label>")
@needs(Permission.PROMPT_WRITE)
@bp.input(PutIn)
@bp.output(LabelOut)
def put_label(prompt_id: UUID, label: str, json_data: PutIn) -> dict[str, Any]:
    """Make a label, or move it; a protected one moves by a proposal only."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    wanted = checked(MoveIn, {"label": label, **json_data.model_dump()})
    return told(labelling.put_label(g.actor, prompt, wanted))


@bp.post("/<uuid:prompt_id>/labels/<label>/roll-back")
@needs(Permission.PROMPT_WRITE)
@bp.input(ReasonIn)
@bp.output(LabelOut)
def roll_back_label(prompt_id: UUID, label: str, json_data: ReasonIn) -> dict[str, Any]:
    """Let a label point at the version before this one again."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    return told(labelling.roll_back(g.actor, prompt, label, json_data.reason))


@bp.post("/<uuid:prompt_id>/labels/<label>/remove")
@needs(Permission.PROMPT_WRITE)
@bp.input(ReasonIn)
@bp.output(LabelList)
def remove_label(prompt_id: UUID, label: str, json_data: ReasonIn) -> dict[str, Any]:
    """Take a label away; what it pointed at stays, and so does its history."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    labelling.remove_label(g.actor, prompt, label, json_data.reason)
    left = find_for(g.actor, Prompt, prompt_id, *reports.PAGE)
    return {"items": [reports.as_told(each) for each in left.labels]}


@bp.post("/<uuid:prompt_id>/labels/<label>/protect")
@needs(Permission.PROMPT_WRITE)
@bp.input(ProtectIn)
@bp.output(LabelOut)
def protect_label(prompt_id: UUID, label: str, json_data: ProtectIn) -> dict[str, Any]:
    """Have a council decide on this label from now on; for admins."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    return told(labelling.protect(g.actor, prompt, label, json_data))


@bp.post("/<uuid:prompt_id>/labels/<label>/proposals")
@needs(Permission.PROMPT_WRITE)
@needs(Permission.WORKFLOW_WRITE)
@bp.input(ProposeIn)
@bp.output(ProposedOut, status_code=201)
def propose_label(
    prompt_id: UUID, label: str, json_data: ProposeIn
) -> tuple[Workflow, int, dict[str, str]]:
    """Ask the council that protects a label to move, remove or release it."""
    prompt = find_for(g.actor, Prompt, prompt_id)
    workflow = propose(g.actor, prompt, label, json_data)
    where = url_for("workflows_api.show", workflow_id=workflow.id)
    return workflow, 201, {"Location": where}


@bp.get("/<uuid:prompt_id>/moves")
@needs(Permission.PROMPT_READ)
@bp.input(PageQuery, location="query")
@bp.output(Page[MoveOut])
def moves(prompt_id: UUID, query_data: PageQuery) -> Rows:
    """List every move of its labels, newest first; no row ever changes."""
    rows = reports.moves_of(find_for(g.actor, Prompt, prompt_id))
    after, limit = query_data.after, query_data.limit
    return paginate(rows, PromptMove.id, after=after, limit=limit)


def told(label: PromptLabel) -> dict[str, Any]:
    return reports.as_told(label)
