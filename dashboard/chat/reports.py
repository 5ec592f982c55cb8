"""What pages and programs read of chats: only one's own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.ai_models.models import AIModel
from dashboard.chat.linking import number_in
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.chat.schemas import ChatQuery
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import Actor
from dashboard.projects.models import Project
from dashboard.tasks.models import Task

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(ChatSession.workflow),
    joinedload(ChatSession.project),
    joinedload(ChatSession.task),
    selectinload(ChatSession.messages)
    .joinedload(ChatMessage.call)
    .options(defer(ModelCall.request), joinedload(ModelCall.ai_model)),
)
"""A chat with all that was said in it."""
MOST_BESIDE = 20
"""Chats that a task names beside itself; the rest are found in the list."""


class Heard(NamedTuple):
    """How far an answer has come."""

    text: str
    status: str
    message: str
    is_live: bool


def rows_for(actor: Actor, query: ChatQuery) -> Select[*tuple[Any, ...]]:
    """Somebody's chats; the search looks into what was said, too."""
    count = (
        select(func.count())
        .where(ChatMessage.session_id == ChatSession.id)
        .scalar_subquery()
    )
    rows: Any = select(
        ChatSession.id,
        ChatSession.title,
        ChatSession.workflow_id,
        ChatSession.project_id,
        ChatSession.task_id,
        Project.code.label("project_code"),
        Task.number.label("task_number"),
        Task.title.label("task_title"),
        ChatSession.created_at,
        ChatSession.archived_at,
        count.label("messages"),
    )
    rows = rows.outerjoin(ChatSession.project).outerjoin(ChatSession.task)
    rows = rows.where(ChatSession.user_id == actor.id)
    for column in (ChatSession.project_id, ChatSession.task_id):
        if asked := getattr(query, column.key):
            rows = rows.where(column == asked)
    archived = ChatSession.archived_at.is_not(None)
    rows = rows.where(archived if query.archived else ~archived)
    found: Select[*tuple[Any, ...]] = rows.where(matching(query.q)) if query.q else rows
    return found


def matching(q: str) -> ColumnElement[bool]:
    """What was said, what the chat is called, and what it is about."""
    said = select(ChatMessage.session_id).where(
        ChatMessage.session_id == ChatSession.id,
        ChatMessage.text.icontains(q, autoescape=True),
    )
    words = (ChatSession.title, Project.name, Task.title)
    named = [column.icontains(q, autoescape=True) for column in words]
    number = number_in(q)
    called = [Task.number == number] if number else []
    return sa.or_(said.exists(), *named, Project.code == q.upper(), *called)


def projects_spoken_of(actor: Actor, asked: UUID | None) -> list[tuple[str, str]]:
    """To choose from: those that somebody's chats are about, and the one asked for."""
    own = select(ChatSession.project_id).where(ChatSession.user_id == actor.id)
    rows = select(Project.id, Project.code, Project.name).where(
        sa.or_(Project.id.in_(own), Project.id == asked)
    )
    found = db.session.execute(rows.order_by(Project.code))
    return [(str(id_), f"{code} {name}") for id_, code, name in found]


def heard(actor: Actor, message_id: UUID) -> Heard | None:
    """One's own message as far as it has come; holds no connection afterwards."""
    wanted = (
        select(
            ChatMessage.text,
            ModelCall.text.label("coming"),
            ModelCall.status,
            ModelCall.message,
        )
        .join(ChatSession, ChatSession.id == ChatMessage.session_id)
        .outerjoin(ModelCall, ModelCall.id == ChatMessage.call_id)
        .where(ChatMessage.id == message_id, ChatSession.user_id == actor.id)
    )
    row = db.session.execute(wanted).one_or_none()
    db.session.rollback()
    if row is None:
        return None
    live = row.status is not None and not row.status.is_final
    status = row.status.value if row.status else "completed"
    return Heard(row.text or row.coming or "", status, row.message or "", live)


def chats_about(actor: Actor, task_id: UUID) -> Sequence[Row[UUID, str, datetime]]:
    """Id, title and beginning of somebody's own chats about a task, newest first."""
    rows = select(ChatSession.id, ChatSession.title, ChatSession.created_at).where(
        ChatSession.user_id == actor.id,
        ChatSession.task_id == task_id,
        ChatSession.archived_at.is_(None),
    )
    newest = rows.order_by(ChatSession.id.desc()).limit(MOST_BESIDE)
    return db.session.execute(newest).all()


def models_offered() -> list[Any]:
    wanted = select(AIModel.id, AIModel.name).where(AIModel.is_active)
    return list(db.session.execute(wanted.order_by(AIModel.name)))
