"""AI models: with what agents think."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.ai_models import models

    app.shell_context_processor(lambda: {"AIModel": models.AIModel})
