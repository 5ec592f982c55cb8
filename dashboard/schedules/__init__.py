"""Schedules: bots that run by themselves, at times people can read."""

from apiflask import APIFlask

from dashboard import tick
from dashboard.navigation import Entry, register
from dashboard.permissions import Permission

DAILY = 86_400


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.schedules import api, applying, forgetting, jobs, models, views
    from dashboard.workflows import changes

    app.register_blueprint(views.bp)
    app.register_blueprint(views.of_bot_bp)
    app.register_blueprint(api.bp)
    app.shell_context_processor(lambda: {"Schedule": models.Schedule})
    changes.register(applying.CHANGE)
    tick.every(0, "schedules", jobs.fire_due)
    tick.every(DAILY, "old times", forgetting.prune_slots)
    register(
        Entry(
            "Schedules",
            "calendar-clock",
            "schedules.index",
            Permission.SCHEDULE_READ,
            "Run",
            "g s",
        )
    )
