"""How a workflow type is asked for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.bots.forms import JsonField
from dashboard.councils.forms import add_spare, choices_of
from dashboard.councils.rule_form import RuleForm, rule_answer, rule_shown
from dashboard.forms import SchemaForm
from dashboard.workflow_types.models import Risk, TypeKind, WorkflowType
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
BY_DOMAIN = "By domain: the council responsible for it"
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
    kind = HiddenField(default=TypeKind.WORK)
    council_id = SelectField("Council that decides", validate_choice=False)
    domain = StringField(
        "Domain",
        description="Lower case words with dots between, such as commerce.pricing. "
        "It finds the council where none is chosen.",
    )
    steps = FieldList(
        SelectField("Bot", validate_choice=False),
        "Bots that run, in this order",
    )
    input_schema: Any = JsonField(
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
    decides_grants: Any = None
    no_council = BY_DOMAIN
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
        self.council_id.choices = choices_of(councils, self.no_council)
        self.rule.form.offer(self.present, blank=COUNCILS_OWN)
        if self.steps is not None:
            add_spare(self.steps, SPARE_STEPS)
            for step in self.steps:
                step.choices = choices_of(bots, "No bot")
        return self


class GovernanceForm(TypeForm):
    """A change to a council runs no bots, and is asked for by its own form."""

    no_council = "Choose a council"
    kind = HiddenField(default=TypeKind.GOVERNANCE)
    domain = steps = input_schema = auto_run = None
    decides_grants = BooleanField(
        "Also decides on grants",
        description="Owners of bots may ask by it for network or for a secret.",
    )


def blank_form(kind: str) -> TypeForm:
    """The form of a new type of this kind; work, unless governance is asked for."""
    return GovernanceForm() if kind == TypeKind.GOVERNANCE else TypeForm()


def type_form(type_: WorkflowType) -> TypeForm:
    """The form as a stored type fills it."""
    form_of = GovernanceForm if type_.is_governance else TypeForm
    names = set(form_of.schema.model_fields) - {"steps", "rule"}
    shown = {name: getattr(type_, name) for name in names}
    steps = [step.bot_id for step in type_.steps]
    rule = rule_shown(type_.rule) if type_.rule else {}
    form = form_of(data=shown | {"steps": steps, "rule": rule})
    form.present = type_.rule
    return form
