"""What the workflow pages need besides the record: forms filled, reasons, strips."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from dashboard.clock import now
from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.permissions import Actor
from dashboard.runs.reports import run_of
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import ballots, reports, strip
from dashboard.workflows.content import hash_of, judged_content
from dashboard.workflows.explain import headline
from dashboard.workflows.forms import VoteForm
from dashboard.workflows.lifecycle import rule_for
from dashboard.workflows.models import Round, Workflow, WorkflowFile
from dashboard.workflows.rules import in_force, in_words


def uuid_of(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def context_of(workflow: Workflow, actor: Actor, form: VoteForm) -> dict[str, Any]:
    """Everything the page of one workflow draws."""
    round_ = reports.round_of(workflow)
    run = run_of(workflow.id)
    content = round_.content if round_ else judged_content(workflow)
    mine = round_.vote_of(actor.id) if round_ else None
    voter = round_.voter(actor.id) if round_ else None
    form.offer(veto=bool(voter and voter.can_veto))
    if not form.is_submitted() and mine:
        form.choice.data, form.reason.data = mine.choice, mine.reason
    form.revision.data = workflow.revision
    return {
        "workflow": workflow,
        "round": round_,
        "rule_words": in_words(round_.frozen_rule)
        if round_
        else in_words(rule_for(workflow)),
        "explained": round_.explain if round_ else {},
        "headline": standing(round_),
        "lines": reports.ballot_lines(round_),
        "mine": mine,
        "sits": voter is not None,
        "why_not": ballots.why_not(workflow, round_, actor),
        "form": form,
        "content": content,
        "digest": round_.content_hash if round_ else hash_of(content),
        "strip": strip.moments(workflow, round_, run),
        "run": run,
        "is_due": bool(round_ and workflow.is_open and round_.closes_at <= now()),
    }


def standing(round_: Round | None) -> str:
    """As in 5 of 7, needs 5; nothing for a round without arithmetic."""
    if round_ is None or "quorum" not in round_.explain:
        return ""
    return headline(round_.explain)


def fresh_vote_form() -> VoteForm:
    form = VoteForm(formdata=None)
    form.key.data = uuid4().hex
    return form


def rule_words(type_: WorkflowType) -> str:
    return in_words(in_force(type_.council.rule, type_.rule)) if type_.council else ""


def types_offered() -> Sequence[WorkflowType]:
    wanted = (
        select(WorkflowType)
        .where(WorkflowType.archived_at.is_(None), Council.archived_at.is_(None))
        .join(WorkflowType.council)
        .options(joinedload(WorkflowType.council))
        .order_by(WorkflowType.name)
    )
    return db.session.scalars(wanted).all()


def source_of(actor: Actor, text: str) -> Workflow | None:
    """The workflow a new proposal is copied from, if one is named and seen."""
    id_ = uuid_of(text)
    if id_ is None:
        return None
    wanted = Workflow.visible_to(actor).where(Workflow.id == id_)
    found = db.session.scalars(wanted.options(*reports.PAGE)).unique().one_or_none()
    return found or abort(404)


def prefilled(type_: WorkflowType, source: Workflow | None) -> dict[str, Any]:
    if source is None:
        return {"type_id": str(type_.id)}
    return {
        "type_id": str(type_.id),
        "title": source.title,
        "description": source.description,
        "agent_id": str(source.agent_id) if source.agent_id else "",
        "weekly_savings": source.weekly_savings,
        "inputs": source.inputs,
        "keep": names_of_files(source),
    }


def names_of_files(source: Workflow | None) -> list[str]:
    return [file.name for file in source.files] if source else []


def files_to_attach(
    source: Workflow | None, keep: Sequence[str], uploaded: Mapping[str, bytes]
) -> dict[str, Blob | bytes]:
    """The files of the copied workflow that stay, and those that came with the form."""
    stay = {f.name: f.blob for f in source.files if f.name in keep} if source else {}
    return {**stay, **uploaded}


def file_of(workflow: Workflow, name: str) -> WorkflowFile:
    return next((file for file in workflow.files if file.name == name), None) or abort(
        404
    )
