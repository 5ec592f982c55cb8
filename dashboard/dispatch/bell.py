"""Rings when somebody saved something, so that a worker need not wait to look again."""

import logging
import sqlite3

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from dashboard.extensions import db

log = logging.getLogger(__name__)


class Bell:
    """SQLite counts what others commit, and to read the count takes microseconds."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._seen: object = None

    def rang(self) -> bool:
        """Whether anything was committed since the last time somebody asked."""
        before = self._seen
        try:
            self._seen = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:
            return False  # a file that cannot be read is no news
        return before != self._seen

    def close(self) -> None:
        self._connection.close()


def bell_of(app: Flask) -> Bell | None:
    """None where a database has no such count, or cannot be opened by now."""
    with app.app_context():
        if db.engine.dialect.name != "sqlite":
            return None
        try:
            pooled = db.engine.raw_connection()
        except SQLAlchemyError as error:
            log.warning("No bell: the database did not answer (%s).", error)
            return None
        connection = pooled.driver_connection
        pooled.detach()  # it takes no place in the pool
    return Bell(connection) if isinstance(connection, sqlite3.Connection) else None
