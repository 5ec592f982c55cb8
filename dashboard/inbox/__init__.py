"""Inbox: what only this person can unblock, and what they were told."""

from apiflask import APIFlask

from dashboard import tick
from dashboard.navigation import Entry, register
from dashboard.permissions import Permission


def init_app(app: APIFlask) -> None:
    # not on top: the engine imports our notices while this package loads
    from dashboard.inbox import api, forgetting, views

    app.register_blueprint(views.bp)
    app.register_blueprint(api.bp)
    app.register_blueprint(api.notices)
    tick.every(86_400, "old news", forgetting.prune_notices)
    register(
        Entry(
            label="Inbox",
            icon="inbox",
            endpoint="inbox.index",
            permission=Permission.INBOX_READ,
            group="",
            key="g i",
        )
    )
