"""Freezes: the brake guardians pull."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.freezes import models  # noqa: F401  # its tables
