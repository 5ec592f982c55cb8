"""Workflows: propose, vote, decide."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.workflows import api, changes, views
    from dashboard.workflows.explain import binding

    app.jinja_env.filters["binding"] = binding
    app.add_template_global(changes.kind_of, "change_kind")
    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    register(
        Entry(
            "Workflows",
            "vote",
            "workflows.index",
            Permission.WORKFLOW_READ,
            "Govern",
            "g w",
        )
    )
