"""The board of a project: its columns, and the cards that are shown in each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Row, Select, select

from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.projects.models import Project
from dashboard.projects.reports import columns_of
from dashboard.tasks.models import Task, TaskStatus
from dashboard.tasks.reports import matching, shown_to
from dashboard.tasks.schemas import BoardQuery

MOST_SHOWN, MOST_DONE = 200, 25
"""Cards in one column; the list has the rest."""


@dataclass(frozen=True)
class Column:
    status: TaskStatus
    cards: Sequence[Row[Any]]
    total: int
    """All that stand there, whatever the filter shows of them."""
    most: int | None = None

    @property
    def is_cut(self) -> bool:
        """There may be more than is shown."""
        shown = len(self.cards)
        return shown < self.total and shown == most_of(self.status)

    @property
    def is_over(self) -> bool:
        return self.most is not None and self.total > self.most


def board_of(actor: Actor, project: Project, query: BoardQuery) -> list[Column]:
    """In two statements: the cards, and how many there are."""
    totals = columns_of(project).tasks
    limits = {
        TaskStatus.IN_PROGRESS: project.most_in_progress,
        TaskStatus.REVIEW: project.most_in_review,
    }
    cards = cards_of(actor, project, query)
    return [
        Column(
            status,
            [card for card in cards if card.status is status],
            totals[status],
            limits.get(status),
        )
        for status in TaskStatus
    ]


def cards_of(actor: Actor, project: Project, query: BoardQuery) -> Sequence[Row[Any]]:
    """From the top of each column; of what is done the newest."""
    asked = matching(actor, query)
    ids = sa.union_all(*(select(top(project, s, asked).subquery()) for s in TaskStatus))
    rows = shown_to(actor).where(Task.id.in_(ids))
    order = (newest_done(), Task.position, Task.id)
    return db.session.execute(rows.order_by(*order)).all()


def top(project: Project, status: TaskStatus, asked: list[Any]) -> Select[Any]:
    cards = select(Task.id).where(
        Task.project_id == project.id,
        Task.archived_at.is_(None),
        Task.status == status,
        *asked,
    )
    order = (newest_done(), Task.position, Task.id)
    return cards.order_by(*order).limit(most_of(status))


def most_of(status: TaskStatus) -> int:
    return MOST_DONE if status is TaskStatus.DONE else MOST_SHOWN


def newest_done() -> sa.ColumnElement[Any]:
    """NULL for all that is not done, so that positions decide there."""
    return Task.done_at.desc()
