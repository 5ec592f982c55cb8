"""Files attached to work and left behind by it."""

from apiflask import APIFlask

from dashboard.files import models


def init_app(app: APIFlask) -> None:
    app.shell_context_processor(lambda: {"Blob": models.Blob})
