"""Reputation: what an agent's record comes to."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.reputation import models

    app.shell_context_processor(lambda: {"ReputationEntry": models.ReputationEntry})
