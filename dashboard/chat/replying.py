"""What Quorum answers in each mode; only one of them needs a model."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from sqlalchemy import select

from dashboard.ai_models.models import AIModel, UsageType
from dashboard.chat.gathering import gathered
from dashboard.chat.models import ChatMessage, ChatSession, Speaker
from dashboard.chat.schemas import MessageIn
from dashboard.chat.suggesting import suggestions
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.asking import Question
from dashboard.workflow_types.models import WorkflowType
from dashboard.workflows import drafting
from dashboard.workflows.inputs import checked, properties
from dashboard.workflows.proposals import types_offered

SYSTEM = (
    "You are the assistant of Quorum, where people propose work, councils vote on it "
    "and bots run it. Answer briefly and plainly. You cannot start anything yourself: "
    "if something should be done, say which kind of proposal would fit."
)
MOST_CONTEXT = 12_000
"""Characters of the conversation that a model is reminded of."""
NO_MODEL = (
    "No model is set up, so nobody can answer here. An admin adds one under AI models; "
    "Suggest, Confirm and Execute work without one."
)
NOTHING_FITS = (
    "No type of work matches these words. Name what is to be done in other words, or "
    "look through the types."
)


def model_for(session: ChatSession, wanted: MessageIn) -> AIModel:
    """The one that was chosen now or before, else the oldest that is on."""
    chosen = wanted.ai_model_id or session.ai_model_id
    if chosen and (model := db.session.get(AIModel, chosen)):
        return model
    if wanted.ai_model_id:
        raise Invalid({"ai_model_id": "There is no such model."})
    general = AIModel.usage_type == UsageType.GENERAL
    usable = select(AIModel).where(AIModel.is_active)
    found = db.session.scalars(usable.order_by(general.desc(), AIModel.id)).first()
    if found is None:
        raise RuleBroken(NO_MODEL)
    return found


def question_of(messages: Iterable[ChatMessage], about: str = "") -> Question:
    """The latest of the conversation, as much as a model should be reminded of."""
    said: list[dict[str, Any]] = []
    room = MOST_CONTEXT
    for message in reversed(list(messages)):
        room -= len(message.shown)
        if said and room < 0:
            break
        if message.shown:
            said.append({"role": message.speaker.value, "content": message.shown})
    system = f"{SYSTEM}\n\n{about}" if about else SYSTEM
    return Question([{"role": "system", "content": system}, *reversed(said)])


def suggest(text: str) -> tuple[str, dict[str, Any]]:
    found = suggestions(text, types_offered())
    listed = [asdict(each) | {"words": list(each.words)} for each in found]
    said = "These types of work come closest." if found else NOTHING_FITS
    return said, {"suggestions": listed}


def confirm(session: ChatSession, wanted: MessageIn) -> tuple[str, dict[str, Any]]:
    """Which inputs are known by now, and which are missing or wrong."""
    type_ = type_of(wanted)
    given = inputs_known(session, wanted, type_)
    missing = problems_with(type_, given)
    outcome = {
        "type_id": str(type_.id),
        "type_name": type_.name,
        "given": given,
        "missing": missing,
    }
    if not missing:
        return "Everything that is asked for is there. It can be proposed.", outcome
    names = ", ".join(each["label"] for each in missing)
    return f"Still needed: {names}.", outcome


def type_of(wanted: MessageIn) -> WorkflowType:
    assert wanted.type_id is not None  # noqa: S101  # its schema has seen to that
    return drafting.usable_type(wanted.type_id, None)


def inputs_known(
    session: ChatSession, wanted: MessageIn, type_: WorkflowType
) -> dict[str, Any]:
    """From what was said so far, from this message, and from the form beside it."""
    asked = properties(type_.input_schema)
    said = [m.text for m in session.messages if m.speaker is Speaker.USER]
    return gathered([*said, wanted.text], asked) | wanted.inputs


def problems_with(type_: WorkflowType, given: dict[str, Any]) -> list[dict[str, str]]:
    try:
        checked(type_.input_schema, given)
    except Invalid as error:
        found = {path.split(".")[1]: why for path, why in error.errors.items()}
    else:
        return []
    labels = {each.name: each.label for each in properties(type_.input_schema)}
    return [
        {"name": name, "label": labels.get(name, name), "problem": why}
        for name, why in found.items()
    ]
