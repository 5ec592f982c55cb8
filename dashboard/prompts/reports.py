"""What the pages show of prompts, in one statement each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.agents.models import Agent, AgentStatus
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.prompts.models import (
    KIND,
    PRODUCTION,
    Prompt,
    PromptLabel,
    PromptMove,
    PromptVersion,
)
from dashboard.prompts.schemas import PromptQuery
from dashboard.users.models import User
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.models import Status, Workflow

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Prompt.owner).load_only(User.name),
    selectinload(Prompt.labels)
    .joinedload(PromptLabel.version)
    .load_only(PromptVersion.number),
    selectinload(Prompt.labels)
    .joinedload(PromptLabel.type)
    .load_only(WorkflowType.name),
)
"""A prompt with its labels and where they point, in two statements."""
MOST = 50
RAIL = 30
"""Versions that stand beside a prompt at once."""


def rows_for(query: PromptQuery) -> Select[*tuple[Any, ...]]:
    """What a list shows, without loading a single text."""
    newest, serving = aliased(PromptVersion), aliased(PromptVersion)
    rows: Any = (
        select(
            Prompt.id,
            Prompt.name,
            Prompt.description,
            Prompt.kind,
            Prompt.newest,
            serving.number.label("production"),
            followers().label("agents"),
            User.name.label("updated_by_name"),
            sa.func.coalesce(newest.created_at, Prompt.created_at).label("updated_at"),
            Prompt.created_at,
            Prompt.archived_at,
        )
        .outerjoin(newest, is_newest(newest))
        .outerjoin(User, User.id == newest.author_id)
        .outerjoin(PromptLabel, in_production())
        .outerjoin(serving, serving.id == PromptLabel.version_id)
    )
    when = Prompt.archived_at
    rows = rows.where(when.is_not(None) if query.archived else when.is_(None))
    if query.behind:
        rows = rows.where(serving.number < Prompt.newest)
    if query.q:
        rows = rows.where(Prompt.name.icontains(query.q, autoescape=True))
    found: Select[*tuple[Any, ...]] = rows
    return found


def is_newest(version: Any) -> sa.ColumnElement[bool]:
    return sa.and_(version.prompt_id == Prompt.id, version.number == Prompt.newest)


def in_production() -> sa.ColumnElement[bool]:
    named = PromptLabel.name == PRODUCTION
    return sa.and_(PromptLabel.prompt_id == Prompt.id, named)


def followers() -> sa.ScalarSelect[int]:
    """How many agents are told what this prompt says."""
    return (
        select(sa.func.count(Agent.id))
        .where(Agent.prompt_id == Prompt.id, Agent.status != AgentStatus.RETIRED)
        .correlate(Prompt)
        .scalar_subquery()
    )


def labels_of(
    prompt_ids: Sequence[UUID],
) -> dict[UUID, list[Row[UUID, str, UUID | None, int]]]:
    """The labels of each of these prompts, by name."""
    rows = db.session.execute(
        select(
            PromptLabel.prompt_id,
            PromptLabel.name,
            PromptLabel.type_id,
            PromptVersion.number,
        )
        .join(PromptLabel.version)
        .where(PromptLabel.prompt_id.in_(prompt_ids))
        .order_by(PromptLabel.name)
    )
    found: dict[UUID, list[Row[UUID, str, UUID | None, int]]] = {}
    for row in rows:
        found.setdefault(row.prompt_id, []).append(row)
    return found


def versions_of(prompt: Prompt) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PromptVersion.id,
            PromptVersion.number,
            PromptVersion.message,
            PromptVersion.content_hash,
            PromptVersion.created_at,
            User.name.label("author_name"),
        )
        .outerjoin(PromptVersion.author)
        .where(PromptVersion.prompt_id == prompt.id)
    )


def rail_of(prompt: Prompt, below: int | None = None) -> Sequence[Row[Any]]:
    """Some versions, newest first; one more than is shown tells that there are more."""
    rows = versions_of(prompt).order_by(PromptVersion.number.desc())
    if below is not None:
        rows = rows.where(PromptVersion.number < below)
    return db.session.execute(rows.limit(RAIL + 1)).all()


def moves_of(prompt: Prompt) -> Select[*tuple[Any, ...]]:
    """Every move of its labels: from where to where, by whom, and why."""
    before, after = aliased(PromptVersion), aliased(PromptVersion)
    return (
        select(
            PromptMove.label,
            PromptMove.kind,
            before.number.label("before"),
            after.number.label("after"),
            PromptMove.reason,
            User.name.label("actor_name"),
            PromptMove.workflow_id,
            Workflow.number.label("workflow_number"),
            PromptMove.at,
        )
        .outerjoin(before, before.id == PromptMove.from_version_id)
        .outerjoin(after, after.id == PromptMove.to_version_id)
        .outerjoin(PromptMove.actor)
        .outerjoin(Workflow, Workflow.id == PromptMove.workflow_id)
        .where(PromptMove.prompt_id == prompt.id)
    )


def asked_for(actor: Actor, prompt: Prompt) -> Sequence[Row[Any]]:
    """Proposals about its labels that are not decided, or not carried out."""
    rows: Any = (
        select(Workflow.id, Workflow.number, Workflow.title, Workflow.status)
        .where(Workflow.status.in_([Status.DRAFT, Status.OPEN, Status.APPROVED]))
        .where(Workflow.change["kind"].as_string() == KIND)
        .where(Workflow.change["prompt_id"].as_string() == str(prompt.id))
        .where(Workflow.seen_by(actor))
    )
    found: Sequence[Row[Any]] = db.session.execute(
        rows.order_by(Workflow.id.desc()).limit(MOST)
    ).all()
    return found


def agents_of(prompt: Prompt) -> Sequence[Row[UUID, str, str, AgentStatus]]:
    """Who follows it, and at which label."""
    agents = select(Agent.id, Agent.name, Agent.prompt_label, Agent.status).where(
        Agent.prompt_id == prompt.id, Agent.status != AgentStatus.RETIRED
    )
    return db.session.execute(agents.order_by(Agent.name).limit(MOST)).all()


def author_of(version: PromptVersion) -> str | None:
    return db.session.scalar(select(User.name).where(User.id == version.author_id))


def as_told(label: PromptLabel) -> dict[str, Any]:
    """A label as programs read it."""
    return {
        "name": label.name,
        "version": label.version.number,
        "version_id": label.version_id,
        "type_id": label.type_id,
        "moved_at": label.moved_at,
    }
