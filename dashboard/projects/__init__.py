"""Projects: what work belongs to."""

from apiflask import APIFlask

from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.projects import api, models, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Project": models.Project})
    register(
        Entry(
            "Projects",
            "folder-kanban",
            "projects.index",
            Permission.PROJECT_READ,
            "Build",
            "g e",
        )
    )
