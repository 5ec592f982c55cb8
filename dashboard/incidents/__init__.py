"""Incidents: bots in quarantine and endpoints that do not answer."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.incidents import api, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Incident": models.Incident})
    register(
        Entry(
            "Incidents",
            "siren",
            "incidents.index",
            Permission.INCIDENT_READ,
            "Run",
            "g n",
        )
    )
