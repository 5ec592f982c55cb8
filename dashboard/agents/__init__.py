"""Agents: who acts and advises."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.agents import api, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Agent": models.Agent})
    register(
        Entry("Agents", "bot", "agents.index", Permission.AGENT_READ, "Govern", "g a")
    )
