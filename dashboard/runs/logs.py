"""A step's log as it is written: from a bot's bytes to numbered lines."""

import codecs
import logging
import re
import time
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from uuid_utils.compat import uuid7

from dashboard.extensions import db
from dashboard.runs.claim import Claim
from dashboard.runs.fence import let_go, still_owned, writing
from dashboard.runs.models import Execution, LogChunk

log = logging.getLogger(__name__)

LONGEST_LINE = 2_000
FLUSH_SECONDS = 0.4
FLUSH_CHARACTERS = 8 << 10
ERROR = re.compile(
    r"\b(error|exception|traceback|fatal|panic|critical)\b", re.IGNORECASE
)
"""What makes a line look like an error."""


class LogWriter:
    """Collects what a bot prints and stores it a few times a second.

    Everything is called from the thread that runs the bot.
    """

    def __init__(self, claim: Claim, execution_id: UUID, first_line: int) -> None:
        self.claim = claim
        self.execution_id = execution_id
        self.next_line = first_line
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._pending: list[str] = []
        self._size = 0
        self._unfinished = ""
        self._flushed_at = time.monotonic()
        self._first_error: int | None = None

    def write(self, chunk: bytes) -> None:
        *lines, rest = self._decoder.decode(chunk).split("\n")
        for line in lines:
            self._add(self._unfinished + line)
            self._unfinished = ""
        self._unfinished = (self._unfinished + rest)[: LONGEST_LINE + 1]
        if self._size >= FLUSH_CHARACTERS:
            self._try_to_flush()

    def say(self, line: str) -> None:
        """A line of ours among the bot's."""
        self._add(line)

    def tick(self) -> None:
        if self._pending and time.monotonic() - self._flushed_at >= FLUSH_SECONDS:
            self._try_to_flush()

    def close(self) -> None:
        if self._unfinished:
            self._add(self._unfinished)
            self._unfinished = ""
        if self._pending:
            self._flush()

    def _add(self, line: str) -> None:
        line = line.rstrip("\r").replace("\0", "\ufffd")
        if len(line) > LONGEST_LINE:
            line = f"{line[:LONGEST_LINE]}…"
        self._pending.append(line)
        self._size += len(line) + 1
        if self._first_error is None and ERROR.search(line):
            self._first_error = self.next_line + len(self._pending)

    def _try_to_flush(self) -> None:
        """A database that is away for a moment costs no run; the lines wait."""
        try:
            self._flush()
        except SQLAlchemyError:
            log.warning("Step %s: log lines wait for the database.", self.execution_id)
            self._flushed_at = time.monotonic()

    def _flush(self) -> None:
        try:
            self._store()
        except IntegrityError:  # they are stored: only the commit's answer was lost
            self._leave_out_stored()

    def _leave_out_stored(self) -> None:
        stored = select(Execution.log_lines).where(Execution.id == self.execution_id)
        after = db.session.scalar(stored) or 0
        let_go()
        del self._pending[: after - self.next_line]
        self.next_line, self._size = after, sum(map(len, self._pending))
        if self._pending:
            self._store()

    def _store(self) -> None:
        chunk = {
            "id": uuid7(),
            "execution_id": self.execution_id,
            "attempt": self.claim.attempt,
            "first_line": self.next_line,
            "lines": len(self._pending),
            "text": "\n".join(self._pending),
        }
        after = self.next_line + len(self._pending)
        with writing():
            still_owned(self.claim.run_id, self.claim.token)
            db.session.execute(insert(LogChunk), [chunk])
            self._note(after)
        self.next_line = after
        self._pending, self._size = [], 0
        self._flushed_at = time.monotonic()

    def _note(self, after: int) -> None:
        """How long the log is; an error of an earlier try stays the first."""
        found = func.coalesce(Execution.first_error_line, self._first_error)
        db.session.execute(
            update(Execution)
            .where(Execution.id == self.execution_id)
            .values(log_lines=after, first_error_line=found)
            .execution_options(synchronize_session=False)
        )
