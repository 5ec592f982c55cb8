"""Where a card stands in its column: lowest on top, with gaps between."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, select, update

from dashboard.errors import RuleBroken
from dashboard.extensions import db
from dashboard.tasks.models import Task, TaskStatus

GAP = 1024
GONE = "The card it was to stand before has moved on. Look at the board again."


def position_for(task: Task, status: TaskStatus, before_id: UUID | None) -> int:
    """Before that card, or at the end; whoever asks has locked the board."""
    if before_id is None:
        return (db.session.scalar(lowest(task, status)) or 0) + GAP
    column = column_of(task, status)
    places = [card.id for card in column]
    if before_id not in places:
        raise RuleBroken(GONE)
    at = places.index(before_id)
    above, below = around(column, at)
    if below - above < 2:
        spread(places)
        above, below = at * GAP, (at + 1) * GAP
    return (above + below) // 2


def others(task: Task, status: TaskStatus) -> list[ColumnElement[bool]]:
    """Which cards a column holds beside this one."""
    return [
        Task.project_id == task.project_id,
        Task.archived_at.is_(None),
        Task.status == status,
        Task.id != task.id,
    ]


def lowest(task: Task, status: TaskStatus) -> Select[int]:
    return select(func.max(Task.position)).where(*others(task, status))


def column_of(task: Task, status: TaskStatus) -> Sequence[Row[UUID, int]]:
    """The other cards, from the top."""
    cards = select(Task.id, Task.position).where(*others(task, status))
    return db.session.execute(cards.order_by(Task.position, Task.id)).all()


def around(column: Sequence[Row[UUID, int]], at: int) -> tuple[int, int]:
    below: int = column[at].position
    above: int = column[at - 1].position if at else below - 2 * GAP
    return above, below


def spread(places: Sequence[UUID]) -> None:
    """Give the cards of a column even gaps again, in the order they have."""
    rows = [{"id": id_, "position": n * GAP} for n, id_ in enumerate(places, start=1)]
    db.session.execute(update(Task), rows)
