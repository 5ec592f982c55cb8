"""Hooks: signed calls from other programs that start a bot."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.hooks import models  # noqa: F401  # its tables are known from here on
