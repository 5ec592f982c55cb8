"""What a start need not wait for: it is there once somebody asks for it."""

from typing import Any

import click
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

PLACE = "migrate"


class LateMigrate:
    """Stands where Flask-Migrate looks for itself, until somebody asks it something.

    With it comes Alembic: a hundred modules that hardly any page needs.
    """

    def __init__(self, app: Flask, database: SQLAlchemy) -> None:
        self._app = app
        self._database = database

    def __getattr__(self, name: str) -> Any:
        return getattr(self.arrive(), name)

    def arrive(self) -> object:
        """Give the place to the real one."""
        from flask_migrate import Migrate

        Migrate(self._app, self._database)
        return self._app.extensions[PLACE]


def init_app(app: Flask, database: SQLAlchemy) -> None:
    """In a command of `flask` Alembic is there at once, and brings `flask db`."""
    late = app.extensions[PLACE] = LateMigrate(app, database)
    if click.get_current_context(silent=True):
        late.arrive()
