"""Tasks: cards on a project's board."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.tasks import api, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Task": models.Task})
