"""Grants: network and secrets for bots, each approved by a council."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    # not on top: other features import our models while this package loads
    from dashboard.grants import models  # noqa: F401  # its tables are known from here on
