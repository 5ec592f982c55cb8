"""Freezes: the brake guardians pull."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.freezes import api, banner, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.add_template_global(banner.in_force, "freezes_in_force")
    app.shell_context_processor(lambda: {"Freeze": models.Freeze})
    register(
        Entry(
            "Freezes",
            "snowflake",
            "freezes.index",
            Permission.FREEZE_READ,
            "Control",
            "g f",
        )
    )
