"""Metrics: how long decisions take and who takes part; and tables as files."""

from apiflask import APIFlask

API = "/api/v1"


def init_app(app: APIFlask) -> None:
    from dashboard.metrics import api, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp, url_prefix=API)
