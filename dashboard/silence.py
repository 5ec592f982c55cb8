"""What may be said of a change when the database falls silent."""

from flask import g, has_request_context
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from dashboard.database import WRITE

RETRY_AFTER = 5
"""Seconds; by then a restarted database answers again."""
NOTHING_SAVED = "The database did not answer. Nothing was saved. Try again."
PERHAPS_SAVED = (
    "The database fell silent in the very moment of saving. It may have been saved, or "
    "not: look before you send it again."
)


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
        g.is_saving = False


def sentence() -> str:
    return PERHAPS_SAVED if g.get("is_saving") else NOTHING_SAVED
