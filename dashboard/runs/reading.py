"""A step's log as it is read: by line number, from wherever a reader was."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from dashboard.extensions import db
from dashboard.runs.models import Execution, LogChunk

MOST_LINES = 500
"""How many lines one look at a log returns."""
MOST_CHUNKS = 64
AROUND = 200
"""How many lines a page draws before a script goes on."""


@dataclass(frozen=True)
class LogPart:
    """Some lines of a log, and where to go on."""

    lines: list[str]
    after: int
    more: bool
    """There are more at this moment: ask again at once."""
    ended: bool
    """These were the last ones: do not ask again."""
    first_error_line: int | None


@dataclass(frozen=True)
class Shown:
    """The part of a log that a page draws: its lines with their numbers, from 1."""

    lines: list[tuple[int, str]]
    total: int
    marked: int | None

    @property
    def after(self) -> int:
        return self.lines[-1][0] if self.lines else 0

    @property
    def is_end(self) -> bool:
        return self.after >= self.total

    @property
    def earlier(self) -> int | None:
        """A line to ask for, to see the part before this one."""
        first = self.lines[0][0] if self.lines else 1
        return max(1, first - AROUND // 2) if first > 1 else None

    @property
    def later(self) -> int | None:
        return None if self.is_end else min(self.total, self.after + AROUND // 2)


def read_lines(execution: Execution, after: int, most: int = MOST_LINES) -> LogPart:
    """The lines that follow line `after`; `ended` once there will be no more."""
    lines = stored(execution.id, after, most)
    reached = after + len(lines)
    over = execution.status.is_final or execution.run.status.is_final
    return LogPart(
        lines=lines,
        after=reached,
        more=len(lines) == most or reached < execution.log_lines,
        ended=over and reached >= execution.log_lines,
        first_error_line=execution.first_error_line,
    )


def read_page(execution: Execution, line: int | None) -> Shown:
    """The end of the log, or what stands around a line."""
    total = execution.log_lines
    middle = min(line, total) if line else total
    first = max(0, min(middle - AROUND // 2, total - AROUND))
    found = stored(execution.id, first, AROUND)
    return Shown(
        list(enumerate(found, first + 1)), max(total, first + len(found)), line
    )


def stored(execution_id: UUID, after: int, most: int) -> list[str]:
    wanted = (
        select(LogChunk.first_line, LogChunk.text)
        .where(LogChunk.execution_id == execution_id)
        .where(LogChunk.first_line + LogChunk.lines > after)
        .order_by(LogChunk.first_line)
        .limit(MOST_CHUNKS)
    )
    lines: list[str] = []
    for first_line, text in db.session.execute(wanted):
        lines += text.split("\n")[max(0, after - first_line) :]
        if len(lines) >= most:
            break
    return lines[:most]


def whole_log(execution_id: UUID) -> Iterator[str]:
    """Every line, chunk by chunk, for a download."""
    wanted = (
        select(LogChunk.text)
        .where(LogChunk.execution_id == execution_id)
        .order_by(LogChunk.first_line)
    )
    for text in db.session.scalars(wanted):
        yield f"{text}\n"
