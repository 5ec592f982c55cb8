"""How a project is asked for."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row
from wtforms import IntegerField, SelectField, StringField, TextAreaField

from dashboard.councils.forms import choices_of
from dashboard.forms import SchemaForm
from dashboard.projects.schemas import ProjectIn


class ProjectForm(SchemaForm):
    schema = ProjectIn
    code = StringField("Code")
    name = StringField("Name")
    description = TextAreaField("What it is about")
    lead_id = SelectField("Lead", validate_choice=False)
    most_in_progress = IntegerField("Most tasks in progress")
    most_in_review = IntegerField("Most tasks in review")

    def offer(self, people: Sequence[Row[UUID, str]]) -> None:
        self.lead_id.choices = choices_of(people, "Nobody yet")
