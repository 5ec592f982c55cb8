"""Signing in and out."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.auth import api, profile, views

    app.register_blueprint(views.bp)
    app.register_blueprint(profile.bp)
    app.register_blueprint(api.bp)
