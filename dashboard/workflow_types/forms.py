"""How a workflow type is asked for."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.councils.forms import RuleForm, rule_answer
from dashboard.forms import SchemaForm
from dashboard.workflow_types.models import Risk
from dashboard.workflow_types.schemas import TypeIn

STARTER = {
    "type": "object",
    "properties": {
        "threshold": {
            "type": "integer",
            "title": "Threshold",
            "minimum": 1,
            "default": 20,
        }
    },
    "required": ["threshold"],
}
"""What a new type's schema starts with, to show the shape."""
COUNCILS_OWN = "The council's own rule"


class JsonField(TextAreaField):
    """JSON as text; what cannot be read is handed on as typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        text = valuelist[0] if valuelist else ""
        try:
            self.data = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.data = None
            raise ValueError("This is not JSON.") from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return json.dumps(self.data, indent=2, ensure_ascii=False)


class TypeForm(SchemaForm):
    schema = TypeIn
    name = StringField("Name")
    description = TextAreaField("What it is for")
    risk = SelectField(
        "Risk",
        validate_choice=False,
        default=Risk.MEDIUM,
        choices=[SelectChoice(risk.value, risk.value.capitalize()) for risk in Risk],
    )
    council_id = SelectField("Council that decides", validate_choice=False)
    steps = FieldList(
        SelectField("Bot", validate_choice=False),
        "Bots that run, in this order",
        min_entries=3,
    )
    input_schema = JsonField(
        "Inputs asked for, as a JSON Schema",
        default=STARTER,
        description="Each property becomes a field of the proposal's form.",
    )
    rule = FormField(RuleForm, "Rule")
    auto_run = BooleanField(
        "Runs by itself once approved",
        default=True,
        description="Without this, somebody presses Run after the approval.",
    )
    present: dict[str, Any] | None = None
    """The type's own rule as it is, when a type is edited."""

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        rule = given.get("rule") or {}
        own = rule_answer(rule, self.present) if rule.get("preset") else None
        return given | {"rule": own}

    def offer(
        self, councils: Sequence[Row[UUID, str]], bots: Sequence[Row[UUID, str]]
    ) -> "TypeForm":
        self.council_id.choices = [SelectChoice("", "Choose a council")] + [
            SelectChoice(str(id_), name) for id_, name in councils
        ]
        for step in self.steps:
            step.choices = [SelectChoice("", "No bot")] + [
                SelectChoice(str(id_), name) for id_, name in bots
            ]
        self.rule.form.offer(self.present, blank=COUNCILS_OWN)
        return self
