"""What may be said of a change when the database falls silent."""

from collections.abc import Mapping
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import (
    DatabaseError,
    DBAPIError,
    InterfaceError,
    OperationalError,
    SQLAlchemyError,
    TimeoutError,
)
from sqlalchemy.orm import Session

from dashboard.database import WRITE

RETRY_AFTER = 5
"""Seconds; by then a restarted database answers again."""
NOTHING_SAVED = "The database did not answer. Nothing was saved. Try again."
PERHAPS_SAVED = (
    "The database fell silent while this was saved. It may have been saved, or not: "
    "look before you send it again."
)


SILENT = (OperationalError, InterfaceError, TimeoutError)
NAMES = (*(each.__name__ for each in SILENT), DatabaseError.__name__)
"""The last one is what a line that breaks in the midst of an answer is called."""


def is_silence(error: SQLAlchemyError) -> bool:
    """No answer, or a connection that broke, which is named in many ways."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, SILENT)


def is_told(problem: Mapping[str, Any]) -> bool:
    """Whether pydantic, which keeps only the words of an error, speaks of silence."""
    said = str(problem.get("ctx", {}).get("error", ""))
    return said.startswith(NAMES)


@event.listens_for(Engine, "commit")
def note_commit(connection: Connection) -> None:
    """From here on, until the answer, nobody knows whether a change was kept."""
    if (
        has_request_context()
        and WRITE.items() <= connection.get_execution_options().items()
    ):
        g.is_saving = True


@event.listens_for(Session, "after_commit")
def note_answer(session: Session) -> None:
    if has_request_context():
        g.was_saved = g.pop("is_saving", False) or g.get("was_saved", False)


def sentence() -> str:
    """Also of a change that was committed, and could not be shown any more."""
    changes = request.method not in {"GET", "HEAD", "OPTIONS"}
    if g.get("is_saving") or (changes and g.get("was_saved")):
        return PERHAPS_SAVED
    return NOTHING_SAVED
