"""Chats as JSON: one's own, and nobody else's."""

from typing import Any
from uuid import UUID

from flask import abort, g, url_for

from dashboard.api import api_blueprint
from dashboard.chat import actions, reports
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.chat.schemas import (
    AfterQuery,
    ChatEdit,
    ChatOut,
    ChatQuery,
    ChatRow,
    MessageIn,
    MessageOut,
    PartOut,
)
from dashboard.lists import Rows, paginate
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import Page

bp = api_blueprint("chats", __name__)


@bp.get("")
@needs(Permission.CHAT_READ)
@bp.input(ChatQuery, location="query")
@bp.output(Page[ChatRow])
def index(query_data: ChatQuery) -> Rows:
    """List your chats, newest first; q looks into what was said, too.

    It also finds by the project (HRB) and the task (T-12) that a chat is about.
    """
    rows = reports.rows_for(g.actor, query_data)
    after, limit = query_data.after, query_data.limit
    return paginate(rows, ChatSession.id, after=after, limit=limit)


@bp.post("")
@needs(Permission.CHAT_WRITE)
@bp.input(MessageIn)
@bp.output(ChatOut, status_code=201)
def create(json_data: MessageIn) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Begin a chat with a message; the last of its messages is the answer."""
    reply = actions.start(g.actor, json_data)
    where = url_for(".show", chat_id=reply.session_id)
    return told(reply.session), 201, {"Location": where}


@bp.get("/<uuid:chat_id>")
@needs(Permission.CHAT_READ)
@bp.output(ChatOut)
def show(chat_id: UUID) -> dict[str, Any]:
    """Get a chat with all that was said in it."""
    return told(find_for(g.actor, ChatSession, chat_id, *reports.PAGE))


@bp.patch("/<uuid:chat_id>")
@needs(Permission.CHAT_WRITE)
@bp.input(ChatEdit)
@bp.output(ChatOut)
def rename(chat_id: UUID, json_data: ChatEdit) -> dict[str, Any]:
    """Give a chat another title, or say which project or task it is about."""
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    actions.edit(g.actor, session, json_data)
    return told(session)


@bp.post("/<uuid:chat_id>/messages")
@needs(Permission.CHAT_WRITE)
@bp.input(MessageIn)
@bp.output(MessageOut, status_code=201)
def say(chat_id: UUID, json_data: MessageIn) -> ChatMessage:
    """Say something; the answer comes back, or where a model's is on its way."""
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    return actions.say(g.actor, session, json_data)


@bp.get("/<uuid:chat_id>/messages/<uuid:message_id>")
@needs(Permission.CHAT_READ)
@bp.input(AfterQuery, location="query")
@bp.output(PartOut)
def part(chat_id: UUID, message_id: UUID, query_data: AfterQuery) -> dict[str, Any]:
    """Get the rest of an answer, after so many characters."""
    message = find_for(g.actor, ChatMessage, message_id)
    if message.session_id != chat_id:
        abort(404)
    now, after = reports.heard(g.actor, message_id) or abort(404), query_data.after
    rest = {"text": now.text[after:], "after": max(after, len(now.text))}
    return rest | {"status": now.status, "message": now.message}


@bp.post("/<uuid:chat_id>/messages/<uuid:message_id>/stop")
@needs(Permission.CHAT_WRITE)
@bp.output(ChatOut)
def stop(chat_id: UUID, message_id: UUID) -> dict[str, Any]:
    """Break an answer off; what came of it stays."""
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    message = next((m for m in session.messages if m.id == message_id), None)
    actions.stop(g.actor, session, message or abort(404))
    return told(session)


@bp.post("/<uuid:chat_id>/archive")
@needs(Permission.CHAT_WRITE)
@bp.output(ChatOut)
def archive(chat_id: UUID) -> dict[str, Any]:
    """Put a chat away; it can be restored."""
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    actions.archive(g.actor, session)
    return told(session)


@bp.post("/<uuid:chat_id>/restore")
@needs(Permission.CHAT_WRITE)
@bp.output(ChatOut)
def restore(chat_id: UUID) -> dict[str, Any]:
    """Take a chat up again."""
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    actions.restore(g.actor, session)
    return told(session)


def told(session: ChatSession) -> dict[str, Any]:
    kept = {"id", "title", "workflow_id", "project_id", "task_id"}
    kept |= {"created_at", "archived_at"}
    said = [MessageOut.model_validate(message) for message in session.messages]
    return {name: getattr(session, name) for name in kept} | {"messages": said}
