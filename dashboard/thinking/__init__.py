"""Agent steps: a loop of model and tool calls."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    """Nothing to register: runs and workflows ask for it."""
