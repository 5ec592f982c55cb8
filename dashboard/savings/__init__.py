"""Savings: what a piece of work is worth a week."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    """Nothing to register yet."""
