"""Simulation: a rule played through before people live under it."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    pass
