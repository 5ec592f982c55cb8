"""Webhooks: other programs are told of decisions, runs and incidents."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.webhooks import models  # noqa: F401  # its tables are known from here on
