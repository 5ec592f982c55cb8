"""Workflow types: what may be proposed."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.workflow_types import api, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    register(
        Entry(
            "Workflow types",
            "layout-template",
            "workflow_types.index",
            Permission.TYPE_READ,
            "Govern",
            "g t",
        )
    )
