"""What pages and programs read of chats: only one's own."""

from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Select, func, select
from sqlalchemy.orm import defer, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.ai_models.models import AIModel
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.chat.schemas import ChatQuery
from dashboard.extensions import db
from dashboard.model_calls.models import ModelCall
from dashboard.permissions import Actor

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(ChatSession.workflow),
    selectinload(ChatSession.messages)
    .joinedload(ChatMessage.call)
    .options(defer(ModelCall.request), joinedload(ModelCall.ai_model)),
)
"""A chat with all that was said in it."""


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
        ChatSession.created_at,
        ChatSession.archived_at,
        count.label("messages"),
    ).where(ChatSession.user_id == actor.id)
    archived = ChatSession.archived_at.is_not(None)
    rows = rows.where(archived if query.archived else ~archived)
    if query.q:
        said = select(ChatMessage.session_id).where(
            ChatMessage.session_id == ChatSession.id,
            ChatMessage.text.icontains(query.q, autoescape=True),
        )
        named = ChatSession.title.icontains(query.q, autoescape=True)
        rows = rows.where(sa.or_(named, said.exists()))
    found: Select[*tuple[Any, ...]] = rows
    return found


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


def models_offered() -> list[Any]:
    wanted = select(AIModel.id, AIModel.name).where(AIModel.is_active)
    return list(db.session.execute(wanted.order_by(AIModel.name)))
