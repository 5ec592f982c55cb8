"""Councils: the bodies that vote."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.councils import api, applying, views
    from dashboard.workflows import changes

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(api.rules_bp)
    changes.register(applying.CHANGE)
    register(
        Entry(
            "Councils",
            "landmark",
            "councils.index",
            Permission.COUNCIL_READ,
            "Govern",
            "g c",
        )
    )
