"""Inbox: what only this person can unblock."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.inbox import models  # noqa: F401  # its tables
