"""Agents: who acts and advises."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # Only now: other features import our models while theirs are half loaded.
    from dashboard.agents import api, models, views
    from dashboard.navigation import Entry, register
    from dashboard.permissions import Permission

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Agent": models.Agent})
    register(
        Entry("Agents", "bot", "agents.index", Permission.AGENT_READ, "Govern", "g a")
    )
