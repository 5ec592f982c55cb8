"""Oversight: whether and by whom something is voted on."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    pass
