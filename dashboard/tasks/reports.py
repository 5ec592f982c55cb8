"""What the list and the page of a task show, in one statement each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.clock import now
from dashboard.errors import Invalid
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.projects.models import Project
from dashboard.prompts.models import Prompt
from dashboard.tasks.models import Task, TaskStatus
from dashboard.tasks.schemas import ME, NOBODY, BoardQuery, TaskQuery
from dashboard.users.models import User
from dashboard.workflows.models import Workflow
from dashboard.workflows.reports import number_in

PAGE: tuple[ExecutableOption, ...] = (
    joinedload(Task.project),
    joinedload(Task.assignee).load_only(User.name),
    joinedload(Task.created_by).load_only(User.name),
    joinedload(Task.prompt).load_only(Prompt.name),
)
"""A task with the names of what belongs to it."""
SHOWN = (
    Task.id,
    Task.number,
    Task.project_id,
    Task.title,
    Task.status,
    Task.priority,
    Task.due_on,
    Task.assignee_id,
    Task.workflow_id,
    Task.prompt_id,
    Task.created_at,
    Task.done_at,
    Task.archived_at,
)


def rows_for(actor: Actor, query: TaskQuery) -> Select[*tuple[Any, ...]]:
    put_away = Task.archived_at.is_not(None)
    rows = shown_to(actor).where(put_away if query.archived else ~put_away)
    for name in ("project_id", "status", "priority"):
        if asked := getattr(query, name):
            rows = rows.where(getattr(Task, name) == asked)
    if query.overdue:
        rows = rows.where(Task.status != TaskStatus.DONE, Task.due_on < now().date())
    return rows.where(*matching(actor, query))


def shown_to(actor: Actor) -> Select[*tuple[Any, ...]]:
    """Of a workflow the number, where it is for their eyes."""
    seen = Workflow.visible_to(actor).with_only_columns(Workflow.id, Workflow.number)
    known = seen.subquery()
    rows: Any = Task.visible_to(actor).with_only_columns(
        *SHOWN,
        Project.code.label("project_code"),
        User.name.label("assignee_name"),
        Prompt.name.label("prompt_name"),
        known.c.number.label("workflow_number"),
    )
    found: Select[*tuple[Any, ...]] = (
        rows.join(Task.project)
        .outerjoin(Task.assignee)
        .outerjoin(Task.prompt)
        .outerjoin(known, known.c.id == Task.workflow_id)
    )
    return found


def matching(actor: Actor, query: BoardQuery) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if query.q:
        found = Task.title.icontains(query.q, autoescape=True)
        number = number_in(query.q.upper().removeprefix("T-"))
        asked.append(sa.or_(found, Task.number == number) if number else found)
    if query.assignee == NOBODY:
        asked.append(Task.assignee_id.is_(None))
    elif query.assignee:
        asked.append(Task.assignee_id == person_in(actor, query.assignee))
    return asked


def person_in(actor: Actor, text: str) -> UUID:
    try:
        return actor.id if text == ME else UUID(text)
    except ValueError as error:
        raise Invalid({"assignee": "Ask for me, nobody, or a person's id."}) from error


def workflow_of(actor: Actor, task: Task) -> Row[Any] | None:
    """Number, title and status of its workflow, if this person sees it."""
    seen: Any = Workflow.visible_to(actor).where(Workflow.id == task.workflow_id)
    columns = (Workflow.id, Workflow.number, Workflow.title, Workflow.status)
    row: Row[Any] | None = db.session.execute(
        seen.with_only_columns(*columns)
    ).one_or_none()
    return row


def people_offered(task: Task | None) -> Sequence[Row[UUID, str]]:
    """Active people, and whoever has the task today."""
    today = task.assignee_id if task else None
    people = select(User.id, User.name).where(sa.or_(User.is_active, User.id == today))
    return db.session.execute(people.order_by(User.name)).all()


def prompts_offered(task: Task | None) -> Sequence[Row[UUID, str]]:
    today = task.prompt_id if task else None
    in_use = sa.or_(Prompt.archived_at.is_(None), Prompt.id == today)
    prompts = select(Prompt.id, Prompt.name).where(in_use)
    return db.session.execute(prompts.order_by(Prompt.name)).all()
