"""Oversight: whether and by whom something is voted on."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our schemas while this package loads
    from dashboard.oversight import api, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp, url_prefix="/api/v1")
