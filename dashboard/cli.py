"""`flask …` commands: a thin door to the same room."""

from apiflask import APIFlask


def init_app(app: APIFlask) -> None:
    del app
