"""The overview, the theme, and the page about the API."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    from dashboard.home import api, docs, views

    app.register_blueprint(views.bp)
    app.register_blueprint(docs.bp)
    app.register_blueprint(api.bp)
    register(
        Entry(
            label="Home",
            icon="house",
            endpoint="home.index",
            permission=Permission.PROFILE_READ,
            group="",
            key="g h",
        )
    )
    register(
        Entry(
            label="API",
            icon="braces",
            endpoint="docs.index",
            permission=Permission.PROFILE_READ,
            group="Control",
            key="",
        )
    )
