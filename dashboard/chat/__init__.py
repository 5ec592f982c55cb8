"""Chat: a conversation from which work may come."""

from apiflask import APIFlask

from dashboard.model_calls.after import when_ended
from dashboard.model_calls.models import Purpose
from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.chat import actions, api, models, programs, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(programs.bp, url_prefix="/api/chat")
    app.shell_context_processor(lambda: {"ChatSession": models.ChatSession})
    when_ended(Purpose.CHAT, actions.keep_answer)
    register(
        Entry("Chat", "messages-square", "chat.index", Permission.CHAT_READ, "", "g j")
    )
