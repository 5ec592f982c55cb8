"""What a task is made of, for browser and JSON alike."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field

from dashboard.schemas import Out, PageQuery, Schema, Text, partial
from dashboard.tasks.models import Priority, TaskStatus

ME, NOBODY = "me", "nobody"


def without_sign(number: Any) -> Any:
    """People write #482, programs 482."""
    return number.strip().removeprefix("#") if isinstance(number, str) else number


Number = Annotated[int, BeforeValidator(without_sign), Field(ge=1, lt=2**31)]


class TaskEdit(Schema):
    title: Text = Field(min_length=2, max_length=160)
    description: Text = Field("", max_length=20_000)
    status: TaskStatus = TaskStatus.BACKLOG
    priority: Priority = Priority.NORMAL
    due_on: date | None = None
    assignee_id: UUID | None = None
    workflow_number: Number | None = None
    """The work that is proposed for it, by its number: 482."""
    prompt_id: UUID | None = None


class TaskIn(TaskEdit):
    project_id: UUID


TaskPatch = partial(TaskEdit)


class MoveIn(Schema):
    """Where a card goes: into a column, before another card or at its end."""

    status: TaskStatus
    before_id: UUID | None = None


class BoardQuery(Schema):
    q: Text = Field("", max_length=120)
    assignee: Text = Field("", max_length=40)
    """A person's id, `me` or `nobody`."""

    def as_query(self) -> dict[str, str]:
        return {name: value for name, value in self.model_dump().items() if value}


class TaskQuery(PageQuery, BoardQuery):
    project_id: UUID | None = None
    status: TaskStatus | None = None
    priority: Priority | None = None
    overdue: bool = False
    archived: bool = False

    @property
    def is_narrowed(self) -> bool:
        return bool(self.model_fields_set)


class TaskOut(Out):
    id: UUID
    number: int
    project_id: UUID
    project_code: str
    title: str
    status: TaskStatus
    priority: Priority
    due_on: date | None
    assignee_id: UUID | None
    assignee_name: str | None
    workflow_number: int | None
    """Nothing where the work is not for your eyes."""
    prompt_id: UUID | None
    created_at: datetime
    done_at: datetime | None
    archived_at: datetime | None


class TaskFull(TaskOut):
    description: str
