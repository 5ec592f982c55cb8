"""How a workflow type is asked for."""

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

from dashboard.bots.forms import JsonField
from dashboard.councils.forms import add_spare, choices_of
from dashboard.councils.rule_form import RuleForm, rule_answer, rule_shown
from dashboard.forms import SchemaForm
from dashboard.workflow_types.models import Risk, WorkflowType
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
SPARE_STEPS = 2


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
        add_spare(self.steps, SPARE_STEPS)
        self.council_id.choices = choices_of(councils, "Choose a council")
        for step in self.steps:
            step.choices = choices_of(bots, "No bot")
        self.rule.form.offer(self.present, blank=COUNCILS_OWN)
        return self


def type_form(type_: WorkflowType) -> TypeForm:
    """The form as a stored type fills it."""
    names = ("name", "description", "risk", "council_id", "input_schema", "auto_run")
    shown = {name: getattr(type_, name) for name in names}
    steps = [step.bot_id for step in type_.steps]
    rule = rule_shown(type_.rule) if type_.rule else {}
    form = TypeForm(data=shown | {"steps": steps, "rule": rule})
    form.present = type_.rule
    return form
