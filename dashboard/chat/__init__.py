"""Chat: a conversation from which work may come."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.chat import models

    app.shell_context_processor(lambda: {"ChatSession": models.ChatSession})
