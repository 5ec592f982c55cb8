"""The form of a proposal: what it offers, and what it starts from."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from dashboard.councils.models import Council
from dashboard.extensions import db
from dashboard.files.models import Blob
from dashboard.permissions import Actor
from dashboard.workflow_types.models import TypeKind, WorkflowType
from dashboard.workflows import inputs, reports
from dashboard.workflows.forms import ProposalForm, proposal_form
from dashboard.workflows.models import Workflow
from dashboard.workflows.pages import uuid_of
from dashboard.workflows.rules import in_force, in_words


def form_for(
    type_: WorkflowType, source: Workflow | None, *, new: bool
) -> ProposalForm:
    asked = inputs.properties(type_.input_schema)
    made = proposal_form(asked, new=new, calculated=type_.calculator is not None)
    return made(data=prefilled(type_, source))


def offer(
    form: ProposalForm, actor: Actor, source: Workflow | None, *, owned: bool
) -> None:
    """Fill in the choices; who else may edit is for the proposer alone to say."""
    people = reports.people_offered(actor.id) if owned else None
    form.offer(reports.agents_offered(), names_of_files(source), people)


def rule_words(type_: WorkflowType, council: Council | None) -> str:
    return in_words(in_force(council.rule, type_.rule)) if council else ""


def types_offered() -> Sequence[WorkflowType]:
    """What can be proposed here; governance starts at the council it would change."""
    wanted = (
        select(WorkflowType)
        .outerjoin(WorkflowType.council)
        .where(WorkflowType.archived_at.is_(None), WorkflowType.kind == TypeKind.WORK)
        .where(or_(WorkflowType.council_id.is_(None), Council.archived_at.is_(None)))
        .options(joinedload(WorkflowType.council))
        .order_by(WorkflowType.name)
    )
    return db.session.scalars(wanted).all()


def source_of(actor: Actor, text: str) -> Workflow | None:
    """The workflow a new proposal is copied from, if one is named and seen.

    What would change something here is no work to be copied.
    """
    id_ = uuid_of(text)
    if id_ is None:
        return None
    wanted = Workflow.visible_to(actor).where(Workflow.id == id_)
    found = db.session.scalars(wanted.options(*reports.PAGE)).unique().one_or_none()
    return found if found and not found.change else abort(404)


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
        "editors": [str(each.user_id) for each in source.co_editors],
    }


def names_of_files(source: Workflow | None) -> list[str]:
    return [file.name for file in source.files] if source else []


def files_to_attach(
    source: Workflow | None, keep: Sequence[str], uploaded: Mapping[str, bytes]
) -> dict[str, Blob | bytes]:
    """The files of the copied workflow that stay, and those that came with the form."""
    stay = {f.name: f.blob for f in source.files if f.name in keep} if source else {}
    return {**stay, **uploaded}
