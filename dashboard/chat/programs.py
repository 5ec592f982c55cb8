"""The one address at which programs chat, as they know it from where they come."""

from typing import Any
from uuid import UUID

from flask import g, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from dashboard.ai_models.models import AIModel
from dashboard.api import api_blueprint
from dashboard.chat import actions, reports
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.chat.schemas import MessageIn, ProgramIn, ReplyOut
from dashboard.chat.streaming import stream_of
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Permission, find_for, needs
from dashboard.schemas import checked
from dashboard.workflow_types.models import WorkflowType

bp = api_blueprint("chat", __name__)


@bp.post("")
@needs(Permission.CHAT_WRITE)
@bp.input(ProgramIn)
@bp.output(ReplyOut, status_code=201)
def say(json_data: ProgramIn) -> dict[str, Any]:
    """Say something: mode is chat, suggest, confirm or execute."""
    wanted = message_of(json_data)
    if json_data.session_id is None:
        reply = actions.start(g.actor, wanted)
    else:
        found = find_for(g.actor, ChatSession, json_data.session_id, *reports.PAGE)
        reply = actions.say(g.actor, found, wanted)
    streamed = url_for(".stream", message_id=reply.id) if reply.call else None
    return {
        "session_id": reply.session_id,
        "message_id": reply.id,
        "text": reply.shown,
        "outcome": reply.outcome,
        "streamUrl": streamed,
    }


@bp.get("/stream/<uuid:message_id>")
@needs(Permission.CHAT_READ)
def stream(message_id: UUID) -> ResponseReturnValue:
    """Follow an answer as server-sent events: token, then done or error."""
    find_for(g.actor, ChatMessage, message_id)
    return stream_of(g.actor, message_id)


def message_of(said: ProgramIn) -> MessageIn:
    return checked(
        MessageIn,
        {
            "mode": said.mode,
            "text": said.message,
            "inputs": said.inputs,
            "open": said.open,
            "project_id": said.project_id,
            "task_id": said.task_id,
            "type_id": id_of(WorkflowType, said.type, "type"),
            "ai_model_id": id_of(AIModel, said.model, "model"),
        },
    )


def id_of(kind: type[Any], given: str, field: str) -> UUID | None:
    """By id or by name."""
    if not given:
        return None
    try:
        wanted = kind.id == UUID(given)
    except ValueError:
        wanted = kind.name == given
    found: UUID | None = db.session.scalar(select(kind.id).where(wanted))
    if found is None:
        raise Invalid({field: f"There is nothing called {given}."})
    return found
