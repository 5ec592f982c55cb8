"""Schedules: bots that run by themselves, at times people can read."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.schedules import models  # noqa: F401  # its tables are known from here on
