"""Metrics: how long decisions take and who takes part."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.metrics import models  # noqa: F401  # its tables
