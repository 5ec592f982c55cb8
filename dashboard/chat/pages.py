"""What the page of a chat draws."""

from typing import Any

from flask import request

from dashboard.chat.forms import MessageForm, TitleForm, message_form
from dashboard.chat.models import ChatSession, Mode
from dashboard.chat.reports import models_offered
from dashboard.extensions import db
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.pages import uuid_of
from dashboard.workflows.proposals import types_offered


def posted_form() -> MessageForm:
    """The form as it came; inputs of a type come only with those two modes."""
    has_inputs = any(name.startswith("inputs-") for name in request.form)
    type_id = uuid_of(request.form.get("type_id", "")) if has_inputs else None
    return message_form(db.session.get(WorkflowType, type_id) if type_id else None)


def shown(session: ChatSession | None, form: MessageForm) -> dict[str, Any]:
    """A chat and its composer; a type that lacks inputs is asked for them."""
    types, models = types_offered(), models_offered()
    mode = mode_asked() or (Mode.CHAT if models else Mode.SUGGEST)
    form.offer(types, models, mode)
    if not form.is_submitted():
        form.type_id.data = request.args.get("type_id") or (
            last_type(session) if session else ""
        )
    return {
        "chat": session,
        "form": form,
        "title_form": TitleForm(formdata=None, obj=session),
        "models": models,
        "types": {str(each.id): each for each in types},
    }


def mode_asked() -> Mode | None:
    asked = request.args.get("mode", "")
    return Mode(asked) if asked in list(Mode) else None


def last_type(session: ChatSession) -> str:
    """The type that was spoken of last."""
    for message in reversed(session.messages):
        if message.outcome and "type_id" in message.outcome:
            return str(message.outcome["type_id"])
    return ""
