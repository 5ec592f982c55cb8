"""Health: is it alive, can it work, and what stands in the way."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: faces are opened only when the app is made
    from dashboard.health import api, cli, pages, views

    app.register_blueprint(views.bp)
    app.register_blueprint(pages.bp)
    app.register_blueprint(api.bp)
    app.cli.add_command(cli.doctor)
    register(
        Entry(
            "System",
            "activity",
            "system.index",
            Permission.SYSTEM_READ,
            "Control",
            "g y",
        )
    )
