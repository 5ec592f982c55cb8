"""What the pages show of projects, in one statement each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload
from sqlalchemy.sql.base import ExecutableOption

from dashboard.clock import now
from dashboard.extensions import db
from dashboard.permissions import Actor
from dashboard.projects.models import Project
from dashboard.projects.schemas import ProjectQuery
from dashboard.tasks.models import Task, TaskStatus
from dashboard.users.models import User

PAGE: tuple[ExecutableOption, ...] = (joinedload(Project.lead).load_only(User.name),)
"""A project with the name of its lead, in one statement."""


@dataclass(frozen=True)
class Load:
    """What is to be done in a project."""

    open: int = 0
    in_progress: int = 0
    in_review: int = 0
    overdue: int = 0


NOTHING = Load()


@dataclass(frozen=True)
class Columns:
    """How many tasks stand in each column, and how many of them are late."""

    tasks: Mapping[TaskStatus, int]
    overdue: int


def rows_for(actor: Actor, query: ProjectQuery) -> Select[*tuple[Any, ...]]:
    rows: Any = (
        Project.visible_to(actor)
        .outerjoin(Project.lead)
        .with_only_columns(
            Project.id,
            Project.code,
            Project.name,
            Project.description,
            Project.lead_id,
            User.name.label("lead_name"),
            Project.most_in_progress,
            Project.most_in_review,
            Project.created_at,
            Project.archived_at,
        )
    )
    when = Project.archived_at
    rows = rows.where(when.is_not(None) if query.archived else when.is_(None))
    if query.q:
        named = (Project.name, Project.code)
        rows = rows.where(
            sa.or_(*[n.icontains(query.q, autoescape=True) for n in named])
        )
    found: Select[*tuple[Any, ...]] = rows
    return found


def load_of(project_ids: Sequence[UUID]) -> Mapping[UUID, Load]:
    """What is to be done in each of these; one that is left out has nothing to do."""
    rows = db.session.execute(
        select(
            Task.project_id,
            func.count(Task.id).label("open"),
            standing(TaskStatus.IN_PROGRESS).label("in_progress"),
            standing(TaskStatus.REVIEW).label("in_review"),
            func.count(Task.id).filter(is_late()).label("overdue"),
        )
        .where(Task.project_id.in_(project_ids), Task.archived_at.is_(None))
        .where(Task.status != TaskStatus.DONE)
        .group_by(Task.project_id)
    )
    return {project_id: Load(*counts) for project_id, *counts in rows}


def columns_of(project: Project) -> Columns:
    rows = db.session.execute(
        select(
            Task.status,
            func.count(Task.id),
            func.count(Task.id).filter(is_late()),
        )
        .where(Task.project_id == project.id, Task.archived_at.is_(None))
        .group_by(Task.status)
    ).all()
    counted = {status: number for status, number, _ in rows}
    tasks = {status: counted.get(status, 0) for status in TaskStatus}
    return Columns(tasks, sum(late for *_, late in rows))


def standing(status: TaskStatus) -> sa.ColumnElement[int]:
    return func.count(Task.id).filter(Task.status == status)


def is_late() -> sa.ColumnElement[bool]:
    return sa.and_(Task.status != TaskStatus.DONE, Task.due_on < now().date())


def projects_offered(actor: Actor) -> Sequence[Row[UUID, str, str]]:
    """Id, code and name of the projects in use, for a select."""
    rows: Any = Project.visible_to(actor).where(Project.archived_at.is_(None))
    rows = rows.with_only_columns(Project.id, Project.code, Project.name)
    found: Sequence[Row[UUID, str, str]] = db.session.execute(
        rows.order_by(Project.code)
    ).all()
    return found


def possible_leads(project: Project | None) -> Sequence[Row[UUID, str]]:
    """Active people, and whoever leads it today."""
    today = project.lead_id if project else None
    people = select(User.id, User.name).where(sa.or_(User.is_active, User.id == today))
    return db.session.execute(people.order_by(User.name)).all()
