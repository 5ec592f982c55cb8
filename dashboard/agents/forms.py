"""How an agent is asked for."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from dashboard.agents.models import AgentStatus
from dashboard.agents.schemas import AgentIn
from dashboard.forms import SchemaForm

STATUSES = [
    SelectChoice(AgentStatus.ACTIVE.value, "Active: advises and owns work"),
    SelectChoice(AgentStatus.PAUSED.value, "Paused: for now it does neither"),
]
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


class AgentForm(SchemaForm):
    schema = AgentIn
    name = StringField("Name")
    role = StringField("Role")
    description = TextAreaField("What it does")
    capabilities = WordsField("Capabilities")
    owner_id = SelectField("Who answers for it", validate_choice=False)
    status = SelectField("Status", choices=STATUSES)

    def offer(self, people: Sequence[Row[UUID, str]]) -> "AgentForm":
        choices: list[Any] = [SelectChoice("", "Nobody yet")]
        choices += [SelectChoice(str(id_), name) for id_, name in people]
        self.owner_id.choices = choices
        return self
