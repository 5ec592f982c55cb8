"""What the page of a chat draws."""

from typing import Any

from flask import abort, g, request

from dashboard.chat.forms import AboutForm, MessageForm, TitleForm, message_form
from dashboard.chat.linking import NOTHING, About, about_named
from dashboard.chat.models import ChatSession, Mode
from dashboard.chat.reports import models_offered
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.projects.reports import projects_offered
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows.pages import uuid_of
from dashboard.workflows.proposals import types_offered


def posted_form() -> MessageForm:
    """The form as it came; inputs of a type come only with those two modes."""
    has_inputs = any(name.startswith("inputs-") for name in request.form)
    type_id = uuid_of(request.form.get("type_id", "")) if has_inputs else None
    return message_form(db.session.get(WorkflowType, type_id) if type_id else None)


def new_form() -> MessageForm:
    """The form of a new chat, which is about what its address names."""
    form = posted_form()
    if not form.is_submitted():
        for field in (form.project_id, form.task_id):
            field.data = request.args.get(field.name, "")
    return form


def about_of(form: MessageForm) -> About:
    """What a new chat would be about; an address that names nothing leads nowhere."""
    ids = [uuid_of(field.data or "") for field in (form.project_id, form.task_id)]
    try:
        return about_named(g.actor, *ids)
    except Invalid:
        return NOTHING if form.is_submitted() else abort(404)


def shown(
    session: ChatSession | None, form: MessageForm, about_form: AboutForm | None = None
) -> dict[str, Any]:
    """A chat and its composer; a type that lacks inputs is asked for them."""
    types, models = types_offered(), models_offered()
    mode = mode_asked() or (Mode.CHAT if models else Mode.SUGGEST)
    form.offer(types, models, mode)
    if not form.is_submitted():
        form.type_id.data = request.args.get("type_id") or (
            last_type(session) if session else ""
        )
    context: dict[str, Any] = {
        "chat": session,
        "form": form,
        "models": models,
        "types": {str(each.id): each for each in types},
    }
    return context | (
        beside(session, about_form) if session else {"about": about_of(form)}
    )


def beside(session: ChatSession, about_form: AboutForm | None) -> dict[str, Any]:
    """The two small forms below a chat."""
    form = about_form or AboutForm.of(session)
    form.offer(session, projects_offered(g.actor))
    return {"title_form": TitleForm(formdata=None, obj=session), "about_form": form}


def mode_asked() -> Mode | None:
    asked = request.args.get("mode", "")
    return Mode(asked) if asked in list(Mode) else None


def last_type(session: ChatSession) -> str:
    """The type that was spoken of last."""
    for message in reversed(session.messages):
        if message.outcome and "type_id" in message.outcome:
            return str(message.outcome["type_id"])
    return ""
