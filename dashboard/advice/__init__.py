"""Advice: what agents think of a proposal."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    from dashboard.advice import models  # noqa: F401  # its tables
