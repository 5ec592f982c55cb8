"""Health: is it alive, and can it work."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.health import views

    app.register_blueprint(views.bp)
