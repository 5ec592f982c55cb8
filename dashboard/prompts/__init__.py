"""Prompts: what models are told."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.prompts import models

    app.shell_context_processor(lambda: {"Prompt": models.Prompt})
