"""Incidents: bots in quarantine and endpoints that do not answer."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.incidents import models  # noqa: F401  # its tables are known from here on
