"""Webhooks: other programs are told of decisions, runs and incidents."""

from apiflask import APIFlask

from dashboard import tick
from dashboard.navigation import Entry, register
from dashboard.permissions import Permission

HOURLY = 3600


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.webhooks import api, jobs, models, sending, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    known = {"Endpoint": models.Endpoint, "Delivery": models.Delivery}
    app.shell_context_processor(lambda: known)
    tick.beside("webhooks", sending.Sender)
    tick.every(HOURLY, "webhook messages", jobs.prune_old)
    register(
        Entry(
            "Webhooks",
            "webhook",
            "webhooks.index",
            Permission.WEBHOOK_READ,
            "Control",
            "g o",
        )
    )
