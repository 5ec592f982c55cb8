"""Write tasks, and move them over the board."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from dashboard.audit import Entry, audited
from dashboard.clock import now
from dashboard.errors import Invalid, RuleBroken
from dashboard.extensions import db
from dashboard.numbers import next_number
from dashboard.permissions import Actor, Permission
from dashboard.projects.models import Project
from dashboard.prompts.models import Prompt
from dashboard.tasks.models import Task
from dashboard.tasks.placing import position_for
from dashboard.tasks.reports import workflow_of
from dashboard.tasks.schemas import MoveIn, TaskEdit, TaskIn
from dashboard.users.models import User
from dashboard.workflows.models import Workflow


@contextmanager
def on_board(actor: Actor, task: Task) -> Iterator[Entry]:
    """Lock the whole board, so that two who move cards give no place twice."""
    with audited(actor, Permission.TASK_WRITE, task.project) as entry:
        entry.about(task)
        db.session.refresh(task)
        yield entry


def create_task(actor: Actor, wanted: TaskIn) -> Task:
    project = project_named(actor, wanted.project_id)
    with audited(actor, Permission.TASK_WRITE, project) as entry:
        project.keep_unarchived()
        task = Task(id=uuid7(), project_id=project.id, created_by_id=actor.id)
        fill(actor, task, wanted)
        task.position = position_for(task, wanted.status, None)
        task.number = next_number("task")
        db.session.add(task)
        entry.about(task)
    return task


def update_task(actor: Actor, task: Task, wanted: TaskEdit) -> Task:
    with on_board(actor, task):
        task.keep_unarchived()
        if wanted.status is not task.status:
            task.position = position_for(task, wanted.status, None)
        fill(actor, task, wanted)
    return task


def move_task(actor: Actor, task: Task, wanted: MoveIn) -> Task:
    with on_board(actor, task) as entry:
        task.keep_unarchived()
        task.position = position_for(task, wanted.status, wanted.before_id)
        task.stand(wanted.status, now())
        entry.about(task, verb="move")
    return task


def archive_task(actor: Actor, task: Task) -> Task:
    with on_board(actor, task) as entry:
        task.keep_unarchived()
        task.archived_at = now()
        entry.about(task, verb="archive")
    return task


def restore_task(actor: Actor, task: Task) -> Task:
    """To the end of the column where it was: its place may be taken."""
    with on_board(actor, task) as entry:
        task.project.keep_unarchived()
        if not task.is_archived:
            raise RuleBroken(f"T-{task.number} is not archived.")
        task.archived_at = None
        task.position = position_for(task, task.status, None)
        entry.about(task, verb="restore")
    return task


def fill(actor: Actor, task: Task, wanted: TaskEdit) -> None:
    task.workflow_id = workflow_named(actor, task, wanted.workflow_number)
    check_links(task, wanted)
    for name in ("title", "description", "priority", "due_on"):
        setattr(task, name, getattr(wanted, name))
    task.assignee_id, task.prompt_id = wanted.assignee_id, wanted.prompt_id
    task.stand(wanted.status, now())


def project_named(actor: Actor, project_id: UUID) -> Project:
    wanted = Project.visible_to(actor).where(Project.id == project_id)
    project = db.session.scalar(wanted)
    if project is None:
        raise Invalid({"project_id": "There is no such project."})
    return project


def workflow_named(actor: Actor, task: Task, number: int | None) -> UUID | None:
    """One that is out of sight for whoever edits the rest stays, and is not guessed."""
    if number is None:
        return task.workflow_id if is_hidden(actor, task) else None
    wanted = Workflow.visible_to(actor).where(Workflow.number == number)
    found = db.session.scalar(wanted.with_only_columns(Workflow.id))
    if found is None:
        raise Invalid({"workflow_number": f"You see no workflow #{number}."})
    return found


def is_hidden(actor: Actor, task: Task) -> bool:
    return task.workflow_id is not None and workflow_of(actor, task) is None


def check_links(task: Task, wanted: TaskEdit) -> None:
    """Only what is new is asked about: who left stays named, as archived prompts do."""
    person, prompt = wanted.assignee_id, wanted.prompt_id
    if person not in {None, task.assignee_id}:
        active = select(User.id).where(User.id == person, User.is_active)
        if db.session.scalar(active) is None:
            raise Invalid({"assignee_id": "There is no such active person."})
    if prompt not in {None, task.prompt_id}:
        in_use = select(Prompt.id).where(
            Prompt.id == prompt, Prompt.archived_at.is_(None)
        )
        if db.session.scalar(in_use) is None:
            raise Invalid({"prompt_id": "There is no such prompt in use."})
