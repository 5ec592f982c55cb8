"""How a workflow type is asked for."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from wtforms import (
    BooleanField,
    DecimalField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice

from dashboard.bots.forms import JsonField
from dashboard.councils.forms import RowForm, add_spare, choices_of
from dashboard.councils.rule_form import RuleForm, rule_answer, rule_shown
from dashboard.forms import SchemaForm
from dashboard.savings.catalogue import BY_ID, Offer
from dashboard.workflow_types.models import Risk, TypeKind, TypeStep, WorkflowType
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


class StepForm(RowForm):
    """A bot, or an agent and what it is to do; without one, the row does not count."""

    actor = SelectField("Bot or agent", validate_choice=False)
    task = TextAreaField(
        "What the agent is to do",
        description="It may name inputs as ${name}. The agent sees all inputs anyway.",
    )
    answer: Any = JsonField(
        "What its answer looks like, as a JSON Schema",
        description='Of an object. Left empty, it answers in words: {"text": …}.',
    )
    max_turns = IntegerField("Turns at most", description="8 unless given.")
    max_tokens = IntegerField("Tokens at most", description="50,000 unless given.")
    max_cost = DecimalField(
        "Cost at most, in dollars",
        places=None,
        description="The agent's own unless given.",
    )
    timeout_seconds = IntegerField("Seconds at most", description="300 unless given.")


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
    steps = FieldList(FormField(StepForm), "Who does it, in this order")
    input_schema: Any = JsonField(
        "Inputs asked for, as a JSON Schema",
        default=STARTER,
        description="Each property becomes a field of the proposal's form.",
    )
    calculator: Any = JsonField(
        "How the inputs say what is saved",
        description="The names of the inputs to read, as JSON, as the catalogue's "
        "types show it. Left empty, whoever proposes says what is saved.",
    )
    rule = FormField(RuleForm, "Rule")
    auto_run = BooleanField(
        "Runs by itself once approved",
        default=True,
        description="Without this, somebody presses Run after the approval.",
    )
    decides_grants: Any = None
    promotes_prompts: Any = None
    no_council = BY_DOMAIN
    present: dict[str, Any] | None = None
    """The type's own rule as it is, when a type is edited."""

    def answers(self) -> dict[str, Any]:
        given = super().answers()
        rule = given.get("rule") or {}
        own = rule_answer(rule, self.present) if rule.get("preset") else None
        steps = given.get("steps")
        asked = {"steps": [step_asked(step) for step in steps]} if steps else {}
        return given | asked | {"rule": own}

    def offer(
        self,
        councils: Sequence[Row[UUID, str]],
        actors: Sequence[Row[str, UUID, str]],
    ) -> "TypeForm":
        self.council_id.choices = choices_of(councils, self.no_council)
        self.rule.form.offer(self.present, blank=COUNCILS_OWN)
        if self.steps is not None:
            add_spare(self.steps, SPARE_STEPS)
            for step in self.steps:
                step.form.actor.choices = actors_of(actors)
        return self


def actors_of(actors: Sequence[Row[str, UUID, str]]) -> dict[str, list[SelectChoice]]:
    """Bots apart from agents, as `kind:id`."""
    groups = {"No step": [SelectChoice("", "Nobody")]}
    for kind, id_, name in actors:
        group = groups.setdefault(f"{kind.capitalize()}s", [])
        group.append(SelectChoice(f"{kind}:{id_}", name))
    return groups


def step_asked(step: dict[str, Any]) -> dict[str, Any]:
    """What was filled in, as the schema asks for it; of a bot, only which."""
    kind, _, id_ = str(step.get("actor", "")).partition(":")
    if kind != "agent":
        return {"bot_id": id_}
    brief = {name: value for name, value in step.items() if name != "actor"}
    return {"agent_id": id_, **brief}


def step_shown(step: TypeStep) -> dict[str, Any]:
    actor = f"agent:{step.agent_id}" if step.agent_id else f"bot:{step.bot_id}"
    return {"actor": actor, **(step.brief or {})}


class GovernanceForm(TypeForm):
    """A change to a council runs no bots, and is asked for by its own form."""

    no_council = "Choose a council"
    kind = HiddenField(default=TypeKind.GOVERNANCE)
    domain = steps = input_schema = calculator = auto_run = None
    decides_grants = BooleanField(
        "Also decides on grants",
        description="Owners of bots may ask by it for network or for a secret.",
    )
    promotes_prompts = BooleanField(
        "Also promotes prompts",
        description="A label of a prompt can be protected by it: it moves by a vote.",
    )


def blank_form(kind: str, offer_id: str = "") -> TypeForm:
    """The form of a new type of this kind; work, unless governance is asked for.

    An entry of the catalogue fills in what it knows.
    """
    if kind == TypeKind.GOVERNANCE:
        return GovernanceForm()
    offer = BY_ID.get(offer_id)
    return TypeForm(data=shown_of(offer) if offer else None)


def shown_of(offer: Offer) -> dict[str, Any]:
    return {
        "name": offer.name,
        "description": offer.description,
        "domain": offer.domain,
        "input_schema": offer.input_schema,
        "calculator": offer.calculator.model_dump(mode="json"),
    }


def type_form(type_: WorkflowType) -> TypeForm:
    """The form as a stored type fills it."""
    form_of = GovernanceForm if type_.is_governance else TypeForm
    names = set(form_of.schema.model_fields) - {"steps", "rule"}
    shown = {name: getattr(type_, name) for name in names}
    steps = [step_shown(step) for step in type_.steps]
    rule = rule_shown(type_.rule) if type_.rule else {}
    form = form_of(data=shown | {"steps": steps, "rule": rule})
    form.present = type_.rule
    return form
