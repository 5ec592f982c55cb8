"""Say something in a chat, and have something come of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard.audit import audited
from dashboard.chat import linking, proposing, replying
from dashboard.chat.models import ChatMessage, ChatSession, Mode, Speaker
from dashboard.chat.schemas import ChatEdit, MessageIn
from dashboard.clock import database_now
from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.model_calls.asking import ask, request_stop
from dashboard.model_calls.models import ModelCall, Purpose
from dashboard.permissions import Permission, require
from dashboard.users.models import User

MOST_MESSAGES = 400
STILL_ANSWERING = "The last answer is still coming. Wait for it, or stop it."


def start(actor: User, wanted: MessageIn) -> ChatMessage:
    """A new chat that begins with this message; the answer to it."""
    with audited(actor, Permission.CHAT_WRITE) as entry:
        title = proposing.line_of(wanted.text) or wanted.mode.label
        project, task = linking.at_start(actor, wanted)
        session = ChatSession(
            id=uuid7(), user_id=actor.id, title=title, project=project, task=task
        )
        db.session.add(session)
        entry.about(session, mode=wanted.mode.value)
        return answered(actor, session, wanted)


def say(actor: User, session: ChatSession, wanted: MessageIn) -> ChatMessage:
    """One more message in a chat; the answer to it."""
    with audited(actor, Permission.CHAT_WRITE, session) as entry:
        refuse_unready(session)
        linking.keep_to(session, wanted)
        entry.about(session, mode=wanted.mode.value)
        return answered(actor, session, wanted)


def answered(actor: User, session: ChatSession, wanted: MessageIn) -> ChatMessage:
    at = database_now(db.session())
    asked = add(session, Speaker.USER, wanted.mode, at, text=wanted.text)
    if wanted.mode is Mode.CHAT:
        return asked_model(actor, session, wanted, at)
    if wanted.mode is Mode.SUGGEST:
        text, outcome = replying.suggest(wanted.text)
    elif wanted.mode is Mode.CONFIRM:
        text, outcome = replying.confirm(session, wanted)
        asked.outcome = {"inputs": wanted.inputs} if wanted.inputs else None
    else:
        text, outcome = proposing.proposed(actor, session, wanted)
    return add(session, Speaker.ASSISTANT, wanted.mode, at, text=text, outcome=outcome)


def asked_model(
    actor: User, session: ChatSession, wanted: MessageIn, at: datetime
) -> ChatMessage:
    """An answer that a worker fetches, word by word."""
    require(actor, Permission.MODEL_ASK)
    model = replying.model_for(session, wanted)
    session.ai_model_id = model.id
    question = replying.question_of(session.messages, linking.told(session))
    reply = add(session, Speaker.ASSISTANT, Mode.CHAT, at)
    key = f"chat/{reply.id}"
    reply.call = ask(model, Purpose.CHAT, question, key=key, asked_by=actor)
    return reply


def add(
    session: ChatSession, speaker: Speaker, mode: Mode, at: datetime, **said: Any
) -> ChatMessage:
    number = len(session.messages) + 1
    message = ChatMessage(
        id=uuid7(), number=number, speaker=speaker, mode=mode, at=at, **said
    )
    session.messages.append(message)
    return message


def refuse_unready(session: ChatSession) -> None:
    if session.archived_at:
        raise RuleBroken("This chat is archived. Restore it first.")
    if len(session.messages) >= MOST_MESSAGES:
        raise RuleBroken("This chat has grown long. Begin another one.")
    last = session.messages[-1] if session.messages else None
    if last and last.is_live:
        raise RuleBroken(STILL_ANSWERING)


def stop(actor: User, session: ChatSession, message: ChatMessage) -> None:
    """Have the answer broken off; what came of it stays."""
    with audited(actor, Permission.CHAT_WRITE, session) as entry:
        if message.call is None or not message.is_live:
            raise RuleBroken("This answer has ended already.")
        request_stop(message.call, database_now(db.session()))
        entry.about(session, verb="stop")


def edit(actor: User, session: ChatSession, wanted: ChatEdit) -> None:
    """Another title, and what it is about from now on: what is given of these."""
    with audited(actor, Permission.CHAT_WRITE, session):
        given = wanted.model_fields_set
        if "title" in given:
            session.title = wanted.title
        if given & {"project_id", "task_id"}:
            about = linking.after_edit(actor, session, wanted)
            session.project, session.task = about


def archive(actor: User, session: ChatSession) -> None:
    with audited(actor, Permission.CHAT_WRITE, session) as entry:
        if session.archived_at:
            raise RuleBroken("This chat is archived already.")
        session.archived_at = database_now(db.session())
        entry.about(session, verb="archive")


def restore(actor: User, session: ChatSession) -> None:
    with audited(actor, Permission.CHAT_WRITE, session) as entry:
        if session.archived_at is None:
            raise RuleBroken("This chat is not archived.")
        session.archived_at = None
        entry.about(session, verb="restore")


def keep_answer(call: ModelCall) -> None:
    """Inside the transaction that ends the call: what was said belongs to the chat."""
    message = db.session.scalar(
        select(ChatMessage).where(ChatMessage.call_id == call.id)
    )
    if message is not None:
        message.text = call.text
