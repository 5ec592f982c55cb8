"""How an agent is asked for."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import FieldList, FormField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.agents.models import AgentStatus
from dashboard.agents.schemas import AgentIn
from dashboard.councils.forms import RowForm, add_spare, choices_of
from dashboard.forms import SchemaForm

STATUSES = [
    SelectChoice(AgentStatus.ACTIVE.value, "Active: advises and owns work"),
    SelectChoice(AgentStatus.PAUSED.value, "Paused: for now it does neither"),
]
SPARE_ROWS = 1
RETIRED = [SelectChoice(AgentStatus.RETIRED.value, "Retired")]


class WordsField(TextAreaField):
    """A list of short texts, one a line or between commas."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[Any]) -> None:
        parts = re.split(r"[,\n]", valuelist[0] if valuelist else "")
        self.data = [part.strip() for part in parts if part.strip()]


class RestrictionForm(RowForm):
    type_id = SelectField("Workflow type", validate_choice=False)
    reason = StringField("Why it may not")


class AgentForm(SchemaForm):
    schema = AgentIn
    name = StringField("Name")
    role = StringField("Role")
    description = TextAreaField("What it does")
    capabilities = WordsField("Capabilities")
    owner_id = SelectField("Who answers for it", validate_choice=False)
    status = SelectField("Status", choices=STATUSES)

    def offer(self, people: Sequence[Row[UUID, str]]) -> "AgentForm":
        self.owner_id.choices = choices_of(people, "Nobody yet")
        return self


class GuardedForm(AgentForm):
    """The form as a guardian sees it: with what the agent may not ask for."""

    restrictions = FieldList(FormField(RestrictionForm), "What it may not ask for")

    def offer_types(self, types: Sequence[Row[UUID, str]]) -> None:
        add_spare(self.restrictions, SPARE_ROWS)
        for row in self.restrictions:
            row.form.type_id.choices = choices_of(types, "None")
