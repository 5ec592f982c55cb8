"""Chats as pages: one's own, and nobody else's."""

from uuid import UUID

from flask import Blueprint, abort, flash, g, jsonify, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.chat import actions, linking, pages, reports
from dashboard.chat.forms import AboutForm, MessageForm, TitleForm
from dashboard.chat.models import ChatMessage, ChatSession
from dashboard.chat.schemas import AfterQuery, ChatEdit, ChatQuery
from dashboard.chat.streaming import stream_of
from dashboard.errors import Denied, Invalid, RuleBroken
from dashboard.lists import paginate, query_of
from dashboard.permissions import Permission, find_for, needs
from dashboard.projects.models import Project
from dashboard.templating import go_to, render

bp = Blueprint("chat", __name__)


@bp.get("/chat/")
@needs(Permission.CHAT_READ)
def index() -> ResponseReturnValue:
    query = query_of(ChatQuery, request.args)
    rows = reports.rows_for(g.actor, query)
    page = paginate(rows, ChatSession.id, after=query.after, limit=query.limit)
    projects = reports.projects_spoken_of(g.actor, query.project_id)
    return render("chat/index.html", page=page, query=query, projects=projects)


@bp.get("/projects/<uuid:project_id>/chats")
@needs(Permission.CHAT_READ)
def of_project(project_id: UUID) -> ResponseReturnValue:
    """One's own chats about a project and its tasks."""
    project = find_for(g.actor, Project, project_id)
    given = {**request.args, "project_id": str(project_id)}
    query = query_of(ChatQuery, given)
    rows = reports.rows_for(g.actor, query)
    page = paginate(rows, ChatSession.id, after=query.after, limit=query.limit)
    drawn = {"project": project, "page": page, "query": query}
    return render("chat/of_project.html", tab="chats", **drawn)


@bp.route("/chat/new", methods=["GET", "POST"])
@needs(Permission.CHAT_WRITE)
def new() -> ResponseReturnValue:
    form = pages.new_form()
    if not form.is_submitted():
        return render("chat/show.html", **pages.shown(None, form))
    try:
        form.check()
        reply = actions.start(g.actor, form.value)
    except (Invalid, RuleBroken, Denied) as error:
        form.tell(error)
        return render("chat/show.html", **pages.shown(None, form)), error.status

    return go_to(url_for(".show", chat_id=reply.session_id, _anchor="end"))


@bp.get("/chat/<uuid:chat_id>")
@needs(Permission.CHAT_READ)
def show(chat_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    form = MessageForm(formdata=None)
    return render("chat/show.html", **pages.shown(session, form))


@bp.post("/chat/<uuid:chat_id>/messages")
@needs(Permission.CHAT_WRITE)
def say(chat_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    form = pages.posted_form()
    try:
        form.check()
        actions.say(g.actor, session, form.value)
    except (Invalid, RuleBroken, Denied) as error:
        form.tell(error)
        again = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
        return render("chat/show.html", **pages.shown(again, form)), error.status

    return go_to(url_for(".show", chat_id=chat_id, _anchor="end"))


@bp.get("/chat/<uuid:chat_id>/messages/<uuid:message_id>")
@needs(Permission.CHAT_READ)
def part(chat_id: UUID, message_id: UUID) -> ResponseReturnValue:
    """The rest of an answer, for whoever finds no place at the stream."""
    find_message(chat_id, message_id)
    after = query_of(AfterQuery, request.args).after
    now = reports.heard(g.actor, message_id) or abort(404)
    return jsonify(
        text=now.text[after:],
        after=max(after, len(now.text)),
        status=now.status,
        message=now.message,
    )


@bp.get("/chat/<uuid:chat_id>/messages/<uuid:message_id>/stream")
@needs(Permission.CHAT_READ)
def stream(chat_id: UUID, message_id: UUID) -> ResponseReturnValue:
    find_message(chat_id, message_id)
    return stream_of(g.actor, message_id)


@bp.post("/chat/<uuid:chat_id>/messages/<uuid:message_id>/stop")
@needs(Permission.CHAT_WRITE)
def stop(chat_id: UUID, message_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    message = next((m for m in session.messages if m.id == message_id), None)
    try:
        actions.stop(g.actor, session, message or abort(404))
    except RuleBroken as error:
        flash(str(error), "bad")
    return go_to(url_for(".show", chat_id=chat_id, _anchor="end"))


@bp.post("/chat/<uuid:chat_id>/title")
@needs(Permission.CHAT_WRITE)
def rename(chat_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, ChatSession, chat_id)
    form = TitleForm()
    try:
        form.check()
        actions.edit(g.actor, session, ChatEdit(title=form.value.title))
    except Invalid:
        flash("Give it a title of 1 to 120 characters.", "bad")
    return go_to(url_for(".show", chat_id=chat_id))


@bp.post("/chat/<uuid:chat_id>/about")
@needs(Permission.CHAT_WRITE)
def link(chat_id: UUID) -> ResponseReturnValue:
    session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
    form = AboutForm()
    try:
        form.check()
        actions.edit(g.actor, session, linking.edit_of(form.value))
    except Invalid as error:
        form.tell(error)
        session = find_for(g.actor, ChatSession, chat_id, *reports.PAGE)
        composer = MessageForm(formdata=None)
        return render("chat/show.html", **pages.shown(session, composer, form)), 422

    flash("Changed what this chat is about.", "ok")
    return go_to(url_for(".show", chat_id=chat_id))


@bp.post("/chat/<uuid:chat_id>/archive")
@needs(Permission.CHAT_WRITE)
def archive(chat_id: UUID) -> ResponseReturnValue:
    try:
        actions.archive(g.actor, find_for(g.actor, ChatSession, chat_id))
    except RuleBroken as error:
        flash(str(error), "bad")
        return go_to(url_for(".show", chat_id=chat_id))
    flash("Archived. It stays among the archived ones.", "ok")
    return go_to(url_for(".index"))


@bp.post("/chat/<uuid:chat_id>/restore")
@needs(Permission.CHAT_WRITE)
def restore(chat_id: UUID) -> ResponseReturnValue:
    try:
        actions.restore(g.actor, find_for(g.actor, ChatSession, chat_id))
    except RuleBroken as error:
        flash(str(error), "bad")
    return go_to(url_for(".show", chat_id=chat_id))


def find_message(chat_id: UUID, message_id: UUID) -> ChatMessage:
    found = find_for(g.actor, ChatMessage, message_id)
    return found if found.session_id == chat_id else abort(404)
