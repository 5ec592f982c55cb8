"""Grants: network and secrets for bots, each approved by a council."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.grants import api, applying, cli, models, views
    from dashboard.workflows import changes

    for face in (views, api):
        app.register_blueprint(face.bp)
        app.register_blueprint(face.secrets_bp)
    app.cli.add_command(cli.keys)
    app.shell_context_processor(
        lambda: {"Grant": models.Grant, "StoredSecret": models.StoredSecret}
    )
    changes.register(applying.CHANGE)
    register(
        Entry(
            "Secrets",
            "key-round",
            "secrets.index",
            Permission.SECRET_READ,
            "Build",
            "g x",
        )
    )
