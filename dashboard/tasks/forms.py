"""How a task is asked for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.councils.forms import choices_of
from dashboard.forms import SchemaForm
from dashboard.tasks.models import Priority, TaskStatus
from dashboard.tasks.schemas import TaskEdit

STATUSES = [SelectChoice(each.value, each.label) for each in TaskStatus]
PRIORITIES = [SelectChoice(each.value, each.label) for each in Priority]


class TaskForm(SchemaForm):
    schema = TaskEdit
    title = StringField("Title")
    description = TextAreaField("What is to be done")
    status = SelectField("Column", choices=STATUSES, validate_choice=False)
    priority = SelectField("Priority", choices=PRIORITIES, validate_choice=False)
    due_on = DateField("Due")
    assignee_id = SelectField("Who does it", validate_choice=False)
    workflow_number = StringField("Workflow")
    prompt_id = SelectField("Prompt", validate_choice=False)

    def offer(
        self, people: Sequence[Row[UUID, str]], prompts: Sequence[Row[UUID, str]]
    ) -> None:
        self.assignee_id.choices = choices_of(people, "Nobody yet")
        self.prompt_id.choices = choices_of(prompts, "None")
