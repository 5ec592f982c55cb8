"""Calls of models, and what they cost."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.model_calls import models

    app.shell_context_processor(lambda: {"ModelCall": models.ModelCall})
