"""Bots: what runs, version by version."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # Only now: other features import our models while theirs are half loaded.
    from dashboard.bots import (
        api,
        exchange_pages,  # noqa: F401  # adds its pages to those of views
        models,
        version_pages,  # noqa: F401  # as well
        views,
    )
    from dashboard.navigation import Entry, register
    from dashboard.permissions import Permission

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Bot": models.Bot})
    register(Entry("Bots", "terminal", "bots.index", Permission.BOT_READ, "Run", "g b"))
